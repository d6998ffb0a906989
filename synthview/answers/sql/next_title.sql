-- The twenty titles that most often follow another in the same session.
WITH ordered AS (
    SELECT title_id,
           lead(title_id) OVER (PARTITION BY session_id ORDER BY started_at, play_id) AS next_id
    FROM log.plays
    WHERE kind <> 'trailer'
)
SELECT title_id, next_id, count(*) AS plays
FROM ordered
WHERE next_id IS NOT NULL AND next_id <> title_id
GROUP BY title_id, next_id
ORDER BY plays DESC, title_id, next_id
LIMIT 20
