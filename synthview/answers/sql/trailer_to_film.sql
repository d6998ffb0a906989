-- Profiles that saw a trailer, and those of them that later played what it is for.
WITH trailers AS (
    SELECT p.profile_id AS profile_id, t.trailer_of AS film_id, min({ms(p.started_at)}) AS seen_ms
    FROM log.plays AS p
    JOIN log.titles AS t ON t.title_id = p.title_id
    WHERE t.kind = 'trailer' AND t.trailer_of IS NOT NULL
    GROUP BY 1, 2
),
later AS (
    SELECT DISTINCT s.profile_id AS profile_id, s.film_id AS film_id
    FROM trailers AS s
    JOIN log.plays AS p ON p.profile_id = s.profile_id AND p.title_id = s.film_id
    WHERE {ms(p.started_at)} > s.seen_ms
)
SELECT 'saw the trailer' AS step, count(*) AS profiles FROM trailers
UNION ALL
SELECT 'then the title' AS step, count(*) AS profiles FROM later
ORDER BY step
