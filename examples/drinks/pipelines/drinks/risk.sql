-- Each shelf as it is now: how fast it sells beside what is usual there, and how likely it is empty within two weeks.
WITH newest AS (
    SELECT store, kind, max(at) AS at FROM scored_states GROUP BY store, kind
)
SELECT
    h.district,
    h.store,
    h.kind,
    h.on_hand,
    h.valid_from AS counted_at,
    s.filled_at,
    s.usual_pace,
    s.pace,
    s.risk,
    s.model_version
FROM stock_history h
JOIN newest n ON n.store = h.store AND n.kind = h.kind
JOIN scored_states s ON s.store = n.store AND s.kind = n.kind AND s.at = n.at
WHERE h.is_current AND h.valid_from = s.at
