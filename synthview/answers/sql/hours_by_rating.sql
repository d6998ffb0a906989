-- Playing time by whether a title was made for the service, and by age rating.
SELECT t.age_rating AS age_rating,
       CASE WHEN t.is_original THEN 1 ELSE 0 END AS original,
       count(*) AS plays,
       sum(p.watched_ms) AS total_ms
FROM log.plays AS p
JOIN log.titles AS t ON t.title_id = p.title_id
GROUP BY 1, 2
ORDER BY 1, 2
-- true: as it happened
SELECT t.age_rating AS age_rating,
       CASE WHEN t.is_original THEN 1 ELSE 0 END AS original,
       count(*) AS plays,
       sum(p.played_ms) AS total_ms
FROM truth.plays AS p
JOIN log.titles AS t ON t.title_id = p.title_id
GROUP BY 1, 2
ORDER BY 1, 2
