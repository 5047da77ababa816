-- How many days the stock lasts if the next four weeks are as the last four were.
WITH now AS (
    SELECT max(sold_at) AS at FROM sales
),
pace AS (
    SELECT store, kind, sum(quantity) / 28e0 AS pieces_a_day
    FROM sales
    CROSS JOIN now
    WHERE sold_at > now.at - INTERVAL '28' DAY
    GROUP BY store, kind
)
SELECT
    h.district,
    h.store,
    h.kind,
    h.on_hand,
    h.valid_from AS counted_at,
    coalesce(p.pieces_a_day, 0e0) AS pieces_a_day,
    CASE WHEN p.pieces_a_day > 0 THEN h.on_hand / p.pieces_a_day END AS cover_days
FROM stock_history h
LEFT JOIN pace p ON p.store = h.store AND p.kind = h.kind
WHERE h.is_current
