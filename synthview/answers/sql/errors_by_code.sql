-- Error messages and plays that had them, by code; a message counts once however often it came.
SELECT error_code, count(*) AS messages, count(DISTINCT play_id) AS plays
FROM (SELECT DISTINCT play_id, event_id, error_code FROM log.events WHERE type = 'error') AS e
GROUP BY error_code
ORDER BY error_code
