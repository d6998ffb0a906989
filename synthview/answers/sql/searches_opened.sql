-- Searches and those that led to a title, by UTC day.
SELECT {day(searched_at)} AS on_day,
       count(*) AS searches,
       sum(CASE WHEN title_id IS NOT NULL THEN 1 ELSE 0 END) AS opened
FROM log.searches
GROUP BY 1
ORDER BY 1
