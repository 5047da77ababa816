-- A device is at one place at a time: of what says otherwise, what was delivered last counts. A height of -777 feet is none.
SELECT
    device_id,
    fixed_at,
    trajectory,
    lat AS latitude,
    lon AS longitude,
    CASE WHEN altitude_ft <> '-777' THEN TRY_CAST(altitude_ft AS double) * 0.3048 END AS altitude_m,
    _file AS delivered_in,
    _ingested_at AS delivered_at
FROM pings
