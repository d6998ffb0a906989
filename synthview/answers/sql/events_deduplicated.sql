-- Messages by type: as they came, and each once.
WITH copies AS (
    SELECT type, play_id, event_id, count(*) AS came FROM log.events GROUP BY type, play_id, event_id
)
SELECT type, sum(came) AS received, count(*) AS messages
FROM copies
GROUP BY type
ORDER BY type
