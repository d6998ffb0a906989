-- The median and the 95th of a hundred times from ready to play, by class of device.
WITH starts AS (
    SELECT play_id,
           min(device_id) AS device_id,
           min(CASE WHEN type = 'ready' THEN {ms(client_time)} END) AS ready_ms,
           min(CASE WHEN type = 'play' THEN {ms(client_time)} END) AS play_ms
    FROM log.events
    WHERE type = 'ready' OR type = 'play'
    GROUP BY play_id
),
typed AS (
    SELECT d.device_type AS device_type, s.play_ms - s.ready_ms AS wait_ms
    FROM starts AS s
    JOIN (SELECT DISTINCT device_id, device_type FROM log.devices) AS d ON d.device_id = s.device_id
    WHERE s.play_ms >= s.ready_ms
),
ranked AS (
    SELECT device_type,
           wait_ms,
           row_number() OVER (PARTITION BY device_type ORDER BY wait_ms) AS place,
           count(*) OVER (PARTITION BY device_type) AS plays
    FROM typed
)
SELECT device_type,
       max(plays) AS starts,
       min(CASE WHEN place * 2 >= plays THEN wait_ms END) AS median_ms,
       min(CASE WHEN place * 100 >= plays * 95 THEN wait_ms END) AS p95_ms
FROM ranked
GROUP BY device_type
ORDER BY device_type
