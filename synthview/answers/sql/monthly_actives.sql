-- Accounts and profiles that started a play, by month.
SELECT {month(started_at)} AS of_month,
       count(DISTINCT account_id) AS accounts,
       count(DISTINCT profile_id) AS profiles
FROM log.plays
GROUP BY 1
ORDER BY 1
-- true: as it happened
SELECT {month(started_at)} AS of_month,
       count(DISTINCT account_id) AS accounts,
       count(DISTINCT profile_id) AS profiles
FROM truth.plays
GROUP BY 1
ORDER BY 1
