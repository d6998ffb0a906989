-- Plays by where in the menus they were started, and those that the player started by itself.
SELECT start_source, count(*) AS plays, sum(CASE WHEN autoplayed THEN 1 ELSE 0 END) AS autoplayed_plays
FROM log.plays
GROUP BY start_source
ORDER BY start_source
-- true: why this title, and plays that no person pressed for
SELECT intent AS start_source,
       count(*) AS plays,
       sum(CASE WHEN pressed_by_person THEN 0 ELSE 1 END) AS autoplayed_plays
FROM truth.plays
GROUP BY intent
ORDER BY intent
