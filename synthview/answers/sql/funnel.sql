-- Sessions that looked at a menu, opened a title after that, and started one after that.
WITH steps AS (
    SELECT session_id,
           min(CASE WHEN action = 'look' THEN {ms(clicked_at)} END) AS look_ms,
           max(CASE WHEN action = 'open' THEN {ms(clicked_at)} END) AS open_ms,
           max(CASE WHEN action = 'play' THEN {ms(clicked_at)} END) AS play_ms
    FROM log.clicks
    GROUP BY session_id
)
SELECT sum(CASE WHEN look_ms IS NOT NULL THEN 1 ELSE 0 END) AS looked,
       sum(CASE WHEN open_ms >= look_ms THEN 1 ELSE 0 END) AS opened,
       sum(CASE WHEN open_ms >= look_ms AND play_ms >= open_ms THEN 1 ELSE 0 END) AS played
FROM steps
