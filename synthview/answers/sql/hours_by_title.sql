-- The twenty titles with the most playing time.
SELECT title_id, count(*) AS plays, sum(watched_ms) AS total_ms
FROM log.plays
WHERE kind <> 'trailer'
GROUP BY title_id
ORDER BY total_ms DESC, title_id
LIMIT 20
-- true: as it happened
SELECT p.title_id AS title_id, count(*) AS plays, sum(p.played_ms) AS total_ms
FROM truth.plays AS p
JOIN log.titles AS t ON t.title_id = p.title_id
WHERE t.kind <> 'trailer'
GROUP BY p.title_id
ORDER BY total_ms DESC, title_id
LIMIT 20
