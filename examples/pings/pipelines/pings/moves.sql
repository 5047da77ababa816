-- Each stay of a device that was followed by one in another square of a kilometre within twelve hours.
WITH places AS (
    SELECT
        device_id,
        arrived_at,
        left_at,
        CAST(CAST(round(latitude, 2) AS decimal(7, 2)) AS varchar) || ' ' || CAST(CAST(round(longitude, 2) AS decimal(7, 2)) AS varchar) AS place
    FROM visits
),
changes AS (
    SELECT
        places.*,
        lead(place) OVER (PARTITION BY device_id ORDER BY arrived_at) AS next_place,
        lead(arrived_at) OVER (PARTITION BY device_id ORDER BY arrived_at) AS next_at
    FROM places
)
SELECT
    device_id,
    arrived_at,
    left_at,
    place,
    CASE WHEN day_of_week(left_at) > 5 THEN 'weekend' ELSE 'week' END AS day_kind,
    device_id || ' ' || place AS device_and_place,
    device_id || ' ' || CAST(hour(left_at) / 4 AS varchar) || CASE WHEN day_of_week(left_at) > 5 THEN ' weekend' ELSE ' week' END AS device_at_hour,
    next_place
FROM changes
WHERE next_place <> place AND next_at <= left_at + INTERVAL '12' HOUR
