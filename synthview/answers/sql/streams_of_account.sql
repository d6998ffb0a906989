-- Accounts by the most plays that they had at the same time.
WITH changes AS (
    SELECT account_id, {ms(started_at)} AS at_ms, 1 AS step FROM log.plays
    UNION ALL
    SELECT account_id, {ms(ended_at)} AS at_ms, -1 AS step FROM log.plays
),
running AS (
    SELECT account_id,
           sum(step) OVER (
               PARTITION BY account_id ORDER BY at_ms, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS together
    FROM changes
),
peaks AS (SELECT account_id, max(together) AS peak FROM running GROUP BY account_id)
SELECT peak, count(*) AS accounts
FROM peaks
GROUP BY peak
ORDER BY peak
-- true: as it happened
WITH changes AS (
    SELECT account_id, {ms(started_at)} AS at_ms, 1 AS step FROM truth.plays
    UNION ALL
    SELECT account_id, {ms(ended_at)} AS at_ms, -1 AS step FROM truth.plays
),
running AS (
    SELECT account_id,
           sum(step) OVER (
               PARTITION BY account_id ORDER BY at_ms, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) AS together
    FROM changes
),
peaks AS (SELECT account_id, max(together) AS peak FROM running GROUP BY account_id)
SELECT peak, count(*) AS accounts
FROM peaks
GROUP BY peak
ORDER BY peak
