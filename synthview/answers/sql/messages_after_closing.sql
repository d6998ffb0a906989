-- Messages that came after the row of their play was closed, by the UTC day on which they came.
SELECT {day(e.received_time)} AS on_day, count(*) AS messages, count(DISTINCT e.play_id) AS plays
FROM log.events AS e
JOIN log.plays AS p ON p.play_id = e.play_id
WHERE e.received_time > p.closed_at
GROUP BY 1
ORDER BY 1
