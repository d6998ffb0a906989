-- The twenty films and series with the most playing time; episodes count for their series.
SELECT coalesce(t.series_id, t.title_id) AS work_id,
       count(DISTINCT p.account_id) AS accounts,
       sum(p.watched_ms) AS total_ms
FROM log.plays AS p
JOIN log.titles AS t ON t.title_id = p.title_id
WHERE t.kind <> 'trailer'
GROUP BY 1
ORDER BY total_ms DESC, work_id
LIMIT 20
-- true: as it happened
SELECT coalesce(t.series_id, t.title_id) AS work_id,
       count(DISTINCT p.account_id) AS accounts,
       sum(p.played_ms) AS total_ms
FROM truth.plays AS p
JOIN log.titles AS t ON t.title_id = p.title_id
WHERE t.kind <> 'trailer'
GROUP BY 1
ORDER BY total_ms DESC, work_id
LIMIT 20
