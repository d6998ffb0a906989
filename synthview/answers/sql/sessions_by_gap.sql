-- Sessions of a profile: a play after more than 30 minutes without one begins another.
WITH ordered AS (
    SELECT profile_id,
           started_at,
           {ms(started_at)} AS start_ms,
           lag({ms(ended_at)}) OVER (PARTITION BY profile_id ORDER BY started_at, play_id) AS before_ms
    FROM log.plays
)
SELECT {day(started_at)} AS on_day, count(*) AS sessions
FROM ordered
WHERE before_ms IS NULL OR start_ms - before_ms > 1800000
GROUP BY 1
ORDER BY 1
-- true: how often somebody sat down
WITH sessions AS (SELECT session_id, min(started_at) AS began FROM truth.plays GROUP BY session_id)
SELECT {day(began)} AS on_day, count(*) AS sessions
FROM sessions
GROUP BY 1
ORDER BY 1
