-- Stalls, each once, and plays with one, by bitrate while it stalled.
SELECT bitrate_kbps, count(*) AS stalls, count(DISTINCT play_id) AS plays
FROM (SELECT DISTINCT play_id, event_id, bitrate_kbps FROM log.events WHERE type = 'buffer_start') AS b
GROUP BY bitrate_kbps
ORDER BY bitrate_kbps
