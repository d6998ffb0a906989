-- The twenty titles with the most thumbs, up and down.
SELECT title_id,
       sum(CASE WHEN thumb = 'up' THEN 1 ELSE 0 END) AS thumbs_up,
       sum(CASE WHEN thumb = 'down' THEN 1 ELSE 0 END) AS thumbs_down
FROM log.ratings
GROUP BY title_id
ORDER BY count(*) DESC, title_id
LIMIT 20
