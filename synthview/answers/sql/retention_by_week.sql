-- Accounts by the week of their first play, and by weeks since then; weeks count from the first play of all.
WITH origin AS (SELECT min({ms(started_at)}) AS origin_ms FROM log.plays WHERE {ms(started_at)} > 1400000000000),
weeks AS (
    SELECT DISTINCT p.account_id AS account_id, {({ms(p.started_at)} - o.origin_ms) // 604800000} AS week
    FROM log.plays AS p
    CROSS JOIN origin AS o
    WHERE {ms(p.started_at)} >= o.origin_ms
),
firsts AS (SELECT account_id, min(week) AS first_week FROM weeks GROUP BY account_id)
SELECT f.first_week AS first_week, w.week - f.first_week AS weeks_later, count(*) AS accounts
FROM weeks AS w
JOIN firsts AS f ON f.account_id = w.account_id
GROUP BY 1, 2
ORDER BY 1, 2
-- true: as it happened
WITH origin AS (SELECT min({ms(started_at)}) AS origin_ms FROM truth.plays),
weeks AS (
    SELECT DISTINCT p.account_id AS account_id, {({ms(p.started_at)} - o.origin_ms) // 604800000} AS week
    FROM truth.plays AS p
    CROSS JOIN origin AS o
),
firsts AS (SELECT account_id, min(week) AS first_week FROM weeks GROUP BY account_id)
SELECT f.first_week AS first_week, w.week - f.first_week AS weeks_later, count(*) AS accounts
FROM weeks AS w
JOIN firsts AS f ON f.account_id = w.account_id
GROUP BY 1, 2
ORDER BY 1, 2
