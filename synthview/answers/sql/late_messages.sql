-- Messages by how long they took: before their time, a minute, an hour, a day, longer.
WITH taken AS (SELECT {ms(received_time)} - {ms(client_time)} AS took_ms FROM log.events)
SELECT CASE
           WHEN took_ms < 0 THEN '0 before their time'
           WHEN took_ms < 60000 THEN '1 within a minute'
           WHEN took_ms < 3600000 THEN '2 within an hour'
           WHEN took_ms < 86400000 THEN '3 within a day'
           ELSE '4 later'
       END AS arrived,
       count(*) AS messages
FROM taken
GROUP BY 1
ORDER BY 1
