-- Plays by the plan that the account had when they started: a join as of a time.
WITH states AS (
    SELECT p.play_id AS play_id,
           a.plan AS plan,
           p.watched_ms AS watched_ms,
           row_number() OVER (PARTITION BY p.play_id ORDER BY a.valid_from DESC) AS place
    FROM log.plays AS p
    JOIN log.accounts AS a ON a.account_id = p.account_id
    WHERE a.valid_from <= p.started_at
)
SELECT plan, count(*) AS plays, sum(watched_ms) AS total_ms
FROM states
WHERE place = 1
GROUP BY plan
ORDER BY plan
-- true: as it happened
WITH states AS (
    SELECT p.play_id AS play_id,
           a.plan AS plan,
           p.played_ms AS played_ms,
           row_number() OVER (PARTITION BY p.play_id ORDER BY a.valid_from DESC) AS place
    FROM truth.plays AS p
    JOIN log.accounts AS a ON a.account_id = p.account_id
    WHERE a.valid_from <= p.started_at
)
SELECT plan, count(*) AS plays, sum(played_ms) AS total_ms
FROM states
WHERE place = 1
GROUP BY plan
ORDER BY plan
