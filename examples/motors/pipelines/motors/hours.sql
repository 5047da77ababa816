-- An hour of a series: what it was like, how far from the week before, and whether the machine was failing.
WITH hourly AS (
    SELECT
        series,
        date_trunc('hour', at) AS hour,
        count(*) AS readings,
        min(reading) AS lowest,
        avg(reading) AS mean,
        max(reading) AS highest,
        bool_or(in_failure) AS in_failure
    FROM temperatures
    GROUP BY series, date_trunc('hour', at)
)
SELECT
    hourly.*,
    mean - avg(mean) OVER (PARTITION BY series ORDER BY hour ROWS BETWEEN 168 PRECEDING AND 1 PRECEDING) AS above_week
FROM hourly
