-- Sessions by how many plays they have; ten and more are one row.
WITH counted AS (SELECT session_id, count(*) AS plays FROM log.plays GROUP BY session_id)
SELECT CASE WHEN plays < 10 THEN plays ELSE 10 END AS plays_of_session, count(*) AS sessions
FROM counted
GROUP BY 1
ORDER BY 1
-- true: as it happened
WITH counted AS (SELECT session_id, count(*) AS plays FROM truth.plays GROUP BY session_id)
SELECT CASE WHEN plays < 10 THEN plays ELSE 10 END AS plays_of_session, count(*) AS sessions
FROM counted
GROUP BY 1
ORDER BY 1
