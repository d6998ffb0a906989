-- Starts by hour of the local clock of the device.
WITH starts AS (
    SELECT play_id, min({ms(client_time)} + utc_offset_min * 60000) AS local_ms
    FROM log.events
    WHERE type = 'play'
    GROUP BY play_id
)
SELECT {local_ms // 3600000} % 24 AS local_hour, count(*) AS plays
FROM starts
WHERE local_ms >= 0
GROUP BY 1
ORDER BY 1
