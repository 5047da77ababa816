-- One row for each sample of a session, in the order it was taken: two a second.
SELECT
    session,
    CAST(row_number() OVER (PARTITION BY session, _delivery ORDER BY _line) AS integer) AS sample,
    TRY_CAST(u_q AS double) AS voltage_q,
    TRY_CAST(u_d AS double) AS voltage_d,
    TRY_CAST(i_q AS double) AS current_q,
    TRY_CAST(i_d AS double) AS current_d,
    TRY_CAST(motor_speed AS double) AS speed,
    TRY_CAST(torque AS double) AS torque,
    TRY_CAST(ambient AS double) AS ambient,
    TRY_CAST(coolant AS double) AS coolant,
    TRY_CAST(stator_winding AS double) AS winding,
    TRY_CAST(stator_tooth AS double) AS tooth,
    TRY_CAST(stator_yoke AS double) AS yoke,
    TRY_CAST(pm AS double) AS magnet,
    _file AS delivered_in,
    _ingested_at AS delivered_at
FROM (
    SELECT
        measures.*,
        coalesce(
            TRY_CAST(TRY_CAST(profile_id AS double) AS integer),
            TRY_CAST(regexp_extract(_file, 'profile_?([0-9]+)', 1) AS integer)) AS session
    FROM measures
)
