-- Accounts by their last state: plan and whether they run.
WITH states AS (
    SELECT plan, status, row_number() OVER (PARTITION BY account_id ORDER BY valid_from DESC) AS place
    FROM log.accounts
)
SELECT plan, status, count(*) AS accounts
FROM states
WHERE place = 1
GROUP BY plan, status
ORDER BY plan, status
