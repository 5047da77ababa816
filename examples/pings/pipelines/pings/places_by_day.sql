-- How many were where: squares of a kilometre in which at least two devices stayed on a day, so that none shows alone.
SELECT
    CAST(arrived_at AS date) AS day,
    CAST(round(latitude, 2) AS decimal(7, 2)) AS square_latitude,
    CAST(round(longitude, 2) AS decimal(7, 2)) AS square_longitude,
    count(DISTINCT device_id) AS devices,
    count(*) AS visits,
    sum(minutes) AS minutes
FROM visits
GROUP BY CAST(arrived_at AS date), CAST(round(latitude, 2) AS decimal(7, 2)), CAST(round(longitude, 2) AS decimal(7, 2))
HAVING count(DISTINCT device_id) >= 2
