-- The most plays at the same time, by UTC day; one that ends makes room for one that starts.
WITH changes AS (
    SELECT started_at AS at_time, 1 AS step FROM log.plays
    UNION ALL
    SELECT ended_at AS at_time, -1 AS step FROM log.plays
),
running AS (
    SELECT at_time,
           sum(step) OVER (ORDER BY at_time, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS together
    FROM changes
)
SELECT {day(at_time)} AS on_day, max(together) AS peak
FROM running
GROUP BY 1
ORDER BY 1
-- true: as it happened
WITH changes AS (
    SELECT started_at AS at_time, 1 AS step FROM truth.plays
    UNION ALL
    SELECT ended_at AS at_time, -1 AS step FROM truth.plays
),
running AS (
    SELECT at_time,
           sum(step) OVER (ORDER BY at_time, step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS together
    FROM changes
)
SELECT {day(at_time)} AS on_day, max(together) AS peak
FROM running
GROUP BY 1
ORDER BY 1
