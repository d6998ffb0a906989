-- Accounts and profiles that started a play, and plays, by UTC day.
SELECT {day(started_at)} AS on_day,
       count(DISTINCT account_id) AS accounts,
       count(DISTINCT profile_id) AS profiles,
       count(*) AS plays
FROM log.plays
GROUP BY 1
ORDER BY 1
-- true: as it happened, lost messages and wrong clocks aside
SELECT {day(started_at)} AS on_day,
       count(DISTINCT account_id) AS accounts,
       count(DISTINCT profile_id) AS profiles,
       count(*) AS plays
FROM truth.plays
GROUP BY 1
ORDER BY 1
