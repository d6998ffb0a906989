-- The three titles with the most accounts in each country.
WITH counted AS (
    SELECT country, title_id, count(DISTINCT account_id) AS accounts
    FROM log.plays
    WHERE kind <> 'trailer'
    GROUP BY country, title_id
),
ranked AS (
    SELECT country,
           title_id,
           accounts,
           row_number() OVER (PARTITION BY country ORDER BY accounts DESC, title_id) AS place
    FROM counted
)
SELECT country, place, title_id, accounts
FROM ranked
WHERE place <= 3
ORDER BY country, place
