-- Accounts with plays from two countries that started within an hour of each other.
WITH ordered AS (
    SELECT account_id,
           country,
           {ms(started_at)} AS start_ms,
           lag(country) OVER (PARTITION BY account_id ORDER BY started_at, play_id) AS country_before,
           lag({ms(started_at)}) OVER (PARTITION BY account_id ORDER BY started_at, play_id) AS before_ms
    FROM log.plays
)
SELECT count(DISTINCT account_id) AS accounts, count(*) AS pairs
FROM ordered
WHERE country <> country_before AND start_ms - before_ms <= 3600000
