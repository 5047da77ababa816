-- One reading for each moment of a series. Where clocks were set back an hour of readings has the same times again: the
-- later line stays, and the raw table has both.
WITH named AS (
    SELECT
        regexp_replace(regexp_replace(_file, '^nab_', ''), '\.csv.*$', '') AS series,
        at,
        reading,
        _file,
        _line,
        _ingested_at
    FROM temperatures
),
ranked AS (
    SELECT named.*, row_number() OVER (PARTITION BY series, at ORDER BY _ingested_at DESC, _line DESC) AS place
    FROM named
),
failure AS (
    -- Of realKnownCause/machine_temperature_system_failure.csv the name of the series.
    SELECT DISTINCT regexp_replace(regexp_replace(series, '^.*/', ''), '\.csv$', '') AS series, begins_at, ends_at
    FROM failure_windows
)
SELECT
    ranked.series,
    ranked.at,
    ranked.reading,
    EXISTS (
        SELECT 1 FROM failure
        WHERE failure.series = ranked.series AND ranked.at BETWEEN failure.begins_at AND failure.ends_at) AS in_failure,
    ranked._file AS delivered_in,
    ranked._ingested_at AS delivered_at
FROM ranked
WHERE place = 1
