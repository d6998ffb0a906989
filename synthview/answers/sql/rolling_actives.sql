-- Accounts that started a play on a day or one of the six days before it.
WITH active AS (
    SELECT DISTINCT account_id, {{ms(started_at)} // 86400000} AS day_number FROM log.plays
),
days AS (SELECT DISTINCT day_number FROM active)
SELECT days.day_number AS day_number, count(DISTINCT active.account_id) AS accounts
FROM days CROSS JOIN active
WHERE active.day_number <= days.day_number AND active.day_number > days.day_number - 7
GROUP BY days.day_number
ORDER BY days.day_number
