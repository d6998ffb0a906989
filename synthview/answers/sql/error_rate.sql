-- Plays with an error among all plays with messages, by class of device.
WITH told AS (
    SELECT play_id, min(device_id) AS device_id, max(CASE WHEN type = 'error' THEN 1 ELSE 0 END) AS failed
    FROM log.events
    GROUP BY play_id
)
SELECT d.device_type AS device_type, count(*) AS plays, sum(t.failed) AS failed_plays
FROM told AS t
JOIN (SELECT DISTINCT device_id, device_type FROM log.devices) AS d ON d.device_id = t.device_id
GROUP BY 1
ORDER BY 1
