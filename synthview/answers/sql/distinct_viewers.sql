-- The twenty titles that most profiles watched for two minutes or more.
SELECT title_id, count(DISTINCT profile_id) AS viewers
FROM log.plays
WHERE kind <> 'trailer' AND watched_ms >= 120000
GROUP BY title_id
ORDER BY viewers DESC, title_id
LIMIT 20
-- true: persons in front of the screen (needs DuckDB's unnest)
SELECT title_id, count(DISTINCT person_id) AS viewers
FROM (
    SELECT p.title_id AS title_id, unnest(p.viewer_ids) AS person_id
    FROM truth.plays AS p
    JOIN log.titles AS t ON t.title_id = p.title_id
    WHERE t.kind <> 'trailer' AND p.played_ms >= 120000
)
GROUP BY title_id
ORDER BY viewers DESC, title_id
LIMIT 20
