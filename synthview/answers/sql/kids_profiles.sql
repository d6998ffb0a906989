-- Playing time of kids profiles and of others, by the last state of the profile.
WITH states AS (
    SELECT profile_id, is_kids, row_number() OVER (PARTITION BY profile_id ORDER BY valid_from DESC) AS place
    FROM log.profiles
)
SELECT CASE WHEN s.is_kids THEN 1 ELSE 0 END AS kids,
       count(DISTINCT p.profile_id) AS profiles,
       sum(p.watched_ms) AS total_ms
FROM log.plays AS p
JOIN states AS s ON s.profile_id = p.profile_id
WHERE s.place = 1
GROUP BY 1
ORDER BY 1
