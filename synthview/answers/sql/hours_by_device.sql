-- Plays and playing time by class of device.
SELECT device_type, count(*) AS plays, sum(watched_ms) AS total_ms
FROM log.plays
GROUP BY device_type
ORDER BY device_type
-- true: as it happened
SELECT d.device_type AS device_type, count(*) AS plays, sum(p.played_ms) AS total_ms
FROM truth.plays AS p
JOIN (SELECT DISTINCT device_id, device_type FROM log.devices) AS d ON d.device_id = p.device_id
GROUP BY 1
ORDER BY 1
