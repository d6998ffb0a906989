-- Plays that reached 90 % of their title, by kind, and the mean completion.
-- tolerance: mean_completion 1e-9
SELECT kind,
       count(*) AS plays,
       sum(CASE WHEN completion >= 0.9 THEN 1 ELSE 0 END) AS completed,
       avg(completion) AS mean_completion
FROM log.plays
GROUP BY kind
ORDER BY kind
