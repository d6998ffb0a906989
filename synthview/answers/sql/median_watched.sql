-- Half of the plays of a kind lasted at most this long: the smallest such time.
WITH ranked AS (
    SELECT kind,
           watched_ms,
           row_number() OVER (PARTITION BY kind ORDER BY watched_ms) AS place,
           count(*) OVER (PARTITION BY kind) AS plays
    FROM log.plays
)
SELECT kind, min(watched_ms) AS median_ms
FROM ranked
WHERE place * 2 >= plays
GROUP BY kind
ORDER BY kind
-- true: as it happened
WITH ranked AS (
    SELECT t.kind AS kind,
           p.played_ms AS played_ms,
           row_number() OVER (PARTITION BY t.kind ORDER BY p.played_ms) AS place,
           count(*) OVER (PARTITION BY t.kind) AS plays
    FROM truth.plays AS p
    JOIN log.titles AS t ON t.title_id = p.title_id
)
SELECT kind, min(played_ms) AS median_ms
FROM ranked
WHERE place * 2 >= plays
GROUP BY kind
ORDER BY kind
