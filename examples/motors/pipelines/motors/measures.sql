-- One row for each sample of a session, in the order it was taken: two a second. Some benches write 24,8 for 24.8.
SELECT
    session,
    CAST(row_number() OVER (PARTITION BY session, _delivery ORDER BY _line) AS integer) AS sample,
    TRY_CAST(replace(u_q, ',', '.') AS double) AS voltage_q,
    TRY_CAST(replace(u_d, ',', '.') AS double) AS voltage_d,
    TRY_CAST(replace(i_q, ',', '.') AS double) AS current_q,
    TRY_CAST(replace(i_d, ',', '.') AS double) AS current_d,
    TRY_CAST(replace(motor_speed, ',', '.') AS double) AS speed,
    TRY_CAST(replace(torque, ',', '.') AS double) AS torque,
    TRY_CAST(replace(ambient, ',', '.') AS double) AS ambient,
    TRY_CAST(replace(coolant, ',', '.') AS double) AS coolant,
    TRY_CAST(replace(stator_winding, ',', '.') AS double) AS winding,
    TRY_CAST(replace(stator_tooth, ',', '.') AS double) AS tooth,
    TRY_CAST(replace(stator_yoke, ',', '.') AS double) AS yoke,
    TRY_CAST(replace(pm, ',', '.') AS double) AS magnet,
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
