-- The twenty versions of the application with the most plays, as they were when a play started.
WITH states AS (
    SELECT p.play_id AS play_id,
           d.app_version AS app_version,
           row_number() OVER (PARTITION BY p.play_id ORDER BY d.valid_from DESC) AS place
    FROM log.plays AS p
    JOIN log.devices AS d ON d.device_id = p.device_id
    WHERE d.valid_from <= p.started_at
)
SELECT app_version, count(*) AS plays
FROM states
WHERE place = 1
GROUP BY app_version
ORDER BY plays DESC, app_version
LIMIT 20
