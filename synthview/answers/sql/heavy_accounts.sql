-- Playing time by tenths of the accounts, those with the most first.
WITH totals AS (SELECT account_id, sum(watched_ms) AS total_ms FROM log.plays GROUP BY account_id),
ranked AS (
    SELECT total_ms,
           row_number() OVER (ORDER BY total_ms DESC, account_id) AS place,
           count(*) OVER () AS accounts
    FROM totals
)
SELECT {(place - 1) * 10 // accounts} AS tenth, count(*) AS accounts_of_tenth, sum(total_ms) AS tenth_ms
FROM ranked
GROUP BY 1
ORDER BY 1
-- true: as it happened
WITH totals AS (SELECT account_id, sum(played_ms) AS total_ms FROM truth.plays GROUP BY account_id),
ranked AS (
    SELECT total_ms,
           row_number() OVER (ORDER BY total_ms DESC, account_id) AS place,
           count(*) OVER () AS accounts
    FROM totals
)
SELECT {(place - 1) * 10 // accounts} AS tenth, count(*) AS accounts_of_tenth, sum(total_ms) AS tenth_ms
FROM ranked
GROUP BY 1
ORDER BY 1
