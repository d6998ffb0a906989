-- The twenty pairs of films that most accounts played both of.
WITH watched AS (SELECT DISTINCT account_id, title_id FROM log.plays WHERE kind = 'film')
SELECT a.title_id AS one_title_id, b.title_id AS other_title_id, count(*) AS accounts
FROM watched AS a
JOIN watched AS b ON b.account_id = a.account_id
WHERE a.title_id < b.title_id
GROUP BY 1, 2
ORDER BY accounts DESC, one_title_id, other_title_id
LIMIT 20
-- true: as it happened
WITH watched AS (
    SELECT DISTINCT p.account_id AS account_id, p.title_id AS title_id
    FROM truth.plays AS p
    JOIN log.titles AS t ON t.title_id = p.title_id
    WHERE t.kind = 'film'
)
SELECT a.title_id AS one_title_id, b.title_id AS other_title_id, count(*) AS accounts
FROM watched AS a
JOIN watched AS b ON b.account_id = a.account_id
WHERE a.title_id < b.title_id
GROUP BY 1, 2
ORDER BY accounts DESC, one_title_id, other_title_id
LIMIT 20
