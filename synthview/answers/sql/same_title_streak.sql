-- The twenty longest runs of days in a row on which an account played one title.
WITH active AS (
    SELECT DISTINCT account_id, title_id, {{ms(started_at)} // 86400000} AS day_number
    FROM log.plays
    WHERE kind <> 'trailer'
),
islands AS (
    SELECT account_id,
           title_id,
           day_number - row_number() OVER (PARTITION BY account_id, title_id ORDER BY day_number) AS island
    FROM active
)
SELECT account_id, title_id, count(*) AS days
FROM islands
GROUP BY account_id, title_id, island
ORDER BY days DESC, account_id, title_id
LIMIT 20
-- true: days on which the same person attended it as on the day before
SELECT account_id, title_id, count(DISTINCT {day(started_at)}) AS days
FROM truth.plays
WHERE same_person_as_yesterday
GROUP BY account_id, title_id
ORDER BY days DESC, account_id, title_id
LIMIT 20
