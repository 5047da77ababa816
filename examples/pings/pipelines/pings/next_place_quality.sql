-- How often the model was right on days it has not seen; beside it, where somebody sleeps (the first place of most days), where the
-- device mostly goes, and where it mostly goes from there, all by the days before.
WITH span AS (
    SELECT min(left_at) AS from_at FROM tried_places
),
before AS (
    SELECT m.* FROM moves m CROSS JOIN span WHERE m.left_at < span.from_at
),
mornings AS (
    SELECT device_id, CAST(arrived_at AS date) AS day, min_by(place, arrived_at) AS place FROM before GROUP BY device_id, CAST(arrived_at AS date)
),
homes AS (
    SELECT device_id, max_by(place, n) AS place
    FROM (SELECT device_id, place, count(*) AS n FROM mornings GROUP BY device_id, place) counted
    GROUP BY device_id
),
usual AS (
    SELECT device_id, max_by(next_place, n) AS place
    FROM (SELECT device_id, next_place, count(*) AS n FROM before GROUP BY device_id, next_place) counted
    GROUP BY device_id
),
onward AS (
    SELECT device_id, place AS here, max_by(next_place, n) AS place
    FROM (SELECT device_id, place, next_place, count(*) AS n FROM before GROUP BY device_id, place, next_place) counted
    GROUP BY device_id, place
),
answers AS (
    SELECT 'model' AS method, next_place, told_place AS said FROM tried_places
    UNION ALL
    SELECT 'home' AS method, t.next_place, h.place AS said FROM tried_places t LEFT JOIN homes h ON h.device_id = t.device_id
    UNION ALL
    SELECT 'usual place' AS method, t.next_place, u.place AS said FROM tried_places t LEFT JOIN usual u ON u.device_id = t.device_id
    UNION ALL
    SELECT 'usual place from here' AS method, t.next_place, o.place AS said
    FROM tried_places t
    LEFT JOIN onward o ON o.device_id = t.device_id AND o.here = t.place
)
SELECT
    method,
    count(*) AS moves,
    count_if(said = next_place) AS told_right,
    CAST(count_if(said = next_place) AS double) / count(*) AS accuracy
FROM answers
GROUP BY method
