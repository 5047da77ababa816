-- A stay: ten minutes or more within a square of some 110 metres, without an hour of silence. The place is the mean of its fixes.
WITH cells AS (
    SELECT
        device_id,
        fixed_at,
        latitude,
        longitude,
        round(latitude, 3) AS cell_latitude,
        round(longitude, 3) AS cell_longitude
    FROM pings
),
changes AS (
    SELECT
        cells.*,
        CASE
            WHEN cell_latitude = lag(cell_latitude) OVER (PARTITION BY device_id ORDER BY fixed_at)
                AND cell_longitude = lag(cell_longitude) OVER (PARTITION BY device_id ORDER BY fixed_at)
                AND fixed_at <= lag(fixed_at) OVER (PARTITION BY device_id ORDER BY fixed_at) + INTERVAL '1' HOUR
            THEN 0
            ELSE 1
        END AS moved
    FROM cells
),
stays AS (
    SELECT changes.*, sum(moved) OVER (PARTITION BY device_id ORDER BY fixed_at) AS stay
    FROM changes
)
SELECT
    device_id,
    min(fixed_at) AS arrived_at,
    max(fixed_at) AS left_at,
    CAST(date_diff('second', min(fixed_at), max(fixed_at)) AS double) / 60 AS minutes,
    avg(latitude) AS latitude,
    avg(longitude) AS longitude,
    count(*) AS fixes
FROM stays
GROUP BY device_id, stay
HAVING max(fixed_at) >= min(fixed_at) + INTERVAL '10' MINUTE
