-- Where each device went last, to tell where it goes from there.
WITH newest AS (
    SELECT device_id, max(left_at) AS left_at FROM moves GROUP BY device_id
)
SELECT m.device_id, m.left_at, m.place, m.day_kind, m.device_and_place, m.device_at_hour
FROM moves m
JOIN newest n ON n.device_id = m.device_id AND n.left_at = m.left_at
