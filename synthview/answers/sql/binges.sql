-- Profiles with three episodes or more of one series on a UTC day.
WITH episodes AS (
    SELECT p.profile_id AS profile_id,
           t.series_id AS series_id,
           {day(p.started_at)} AS on_day,
           count(DISTINCT p.title_id) AS episodes
    FROM log.plays AS p
    JOIN log.titles AS t ON t.title_id = p.title_id
    WHERE t.kind = 'episode'
    GROUP BY 1, 2, 3
)
SELECT on_day, count(DISTINCT profile_id) AS profiles
FROM episodes
WHERE episodes >= 3
GROUP BY on_day
ORDER BY on_day
