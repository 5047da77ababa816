-- A session on the bench: how long it was, how hard, and how hot the magnet became.
SELECT
    session,
    count(*) AS samples,
    CAST(count(*) AS double) / 120 AS minutes,
    avg(speed) AS mean_speed,
    max(abs(torque)) AS most_torque,
    min(magnet) AS coolest_magnet,
    max(magnet) AS hottest_magnet,
    max_by(sample, magnet) AS hottest_sample
FROM measures
GROUP BY session
