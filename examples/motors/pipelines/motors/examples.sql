-- What is known of a moment of a session, and how hot the magnet was.
SELECT session, voltage_q, voltage_d, current_q, current_d, speed, torque, ambient, coolant, winding, tooth, yoke, magnet
FROM measures
WHERE magnet IS NOT NULL
