-- The same of every moment, with the magnet where a bench measured it.
SELECT session, sample, voltage_q, voltage_d, current_q, current_d, speed, torque, ambient, coolant, winding, tooth, yoke, magnet
FROM measures
