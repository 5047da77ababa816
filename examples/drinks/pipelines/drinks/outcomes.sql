-- What became of each state of a shelf within two weeks: empty, or not. A state of which that is not known yet is left out. Without a
-- model one would say that the stock goes at its usual pace.
WITH now AS (
    SELECT max(sold_at) AS at FROM sales
),
emptied AS (
    SELECT store, kind, valid_from AS empty_at FROM stock_history WHERE on_hand = 0
)
SELECT
    s.district,
    s.store,
    s.kind,
    s.at,
    s.filled_at,
    s.on_hand,
    s.days_since_filled,
    s.usual_pace,
    s.pace,
    s.pressure,
    min(e.empty_at) AS empty_at,
    CAST(max(CASE WHEN e.empty_at IS NOT NULL THEN 1 ELSE 0 END) AS double) AS emptied,
    max(least(1e0, s.pressure)) AS by_pace
FROM shelf_states s
CROSS JOIN now
LEFT JOIN emptied e ON e.store = s.store AND e.kind = s.kind AND e.empty_at > s.at AND e.empty_at <= s.at + INTERVAL '14' DAY
WHERE s.at + INTERVAL '14' DAY < now.at
GROUP BY
    s.district, s.store, s.kind, s.at, s.filled_at, s.on_hand, s.days_since_filled, s.usual_pace, s.pace, s.pressure
