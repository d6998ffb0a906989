-- Playing time by UTC day of receipt: the running total of each play, its last value counted once.
WITH totals AS (
    SELECT play_id, max(played_ms) AS played_ms, min(received_time) AS first_received
    FROM log.events
    GROUP BY play_id
)
SELECT {day(first_received)} AS on_day, count(*) AS plays, sum(played_ms) AS total_ms
FROM totals
GROUP BY 1
ORDER BY 1
-- true: by the UTC day of the true start
SELECT {day(started_at)} AS on_day, count(*) AS plays, sum(played_ms) AS total_ms
FROM truth.plays
GROUP BY 1
ORDER BY 1
