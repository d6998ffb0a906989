-- Accounts by their longest run of days in a row with a play.
WITH active AS (
    SELECT DISTINCT account_id, {{ms(started_at)} // 86400000} AS day_number FROM log.plays
),
islands AS (
    SELECT account_id,
           day_number - row_number() OVER (PARTITION BY account_id ORDER BY day_number) AS island
    FROM active
),
runs AS (SELECT account_id, island, count(*) AS days FROM islands GROUP BY account_id, island),
longest AS (SELECT account_id, max(days) AS days FROM runs GROUP BY account_id)
SELECT days, count(*) AS accounts
FROM longest
GROUP BY days
ORDER BY days
-- true: as it happened
WITH active AS (
    SELECT DISTINCT account_id, {{ms(started_at)} // 86400000} AS day_number FROM truth.plays
),
islands AS (
    SELECT account_id,
           day_number - row_number() OVER (PARTITION BY account_id ORDER BY day_number) AS island
    FROM active
),
runs AS (SELECT account_id, island, count(*) AS days FROM islands GROUP BY account_id, island),
longest AS (SELECT account_id, max(days) AS days FROM runs GROUP BY account_id)
SELECT days, count(*) AS accounts
FROM longest
GROUP BY days
ORDER BY days
