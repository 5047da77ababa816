-- A session on the bench: how long it was, how hard, and how hot the magnet became, and at which sample first.
SELECT
    session,
    count(*) AS samples,
    CAST(count(*) AS double) / 120 AS minutes,
    avg(speed) AS mean_speed,
    max(abs(torque)) AS most_torque,
    min(magnet) AS coolest_magnet,
    max(magnet) AS hottest_magnet,
    min(CASE WHEN magnet = hottest THEN sample END) AS hottest_sample
FROM (SELECT measures.*, max(magnet) OVER (PARTITION BY session) AS hottest FROM measures)
GROUP BY session
