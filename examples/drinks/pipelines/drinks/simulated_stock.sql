-- The rule: every Monday at six a store is filled up, of each kind, to what it sells in two weeks by its mean since its first sale of
-- that kind, and to six pieces at least. In between stock falls by what is sold, and is counted at ten in the evening of each day with
-- a sale. What would have been sold of an empty shelf nobody knows, so nothing falls below zero.
WITH sold AS (
    SELECT
        s.store,
        p.product_type AS kind,
        CAST(s.sold_at AS date) AS day,
        CAST(date_trunc('week', s.sold_at) AS date) AS week,
        sum(CAST(s.quantity AS integer)) AS pieces
    FROM (SELECT DISTINCT store, number, product, quantity, sold_at FROM sales) s
    JOIN products p ON p.product_id = s.product
    WHERE p.product_type IS NOT NULL
    GROUP BY s.store, p.product_type, CAST(s.sold_at AS date), CAST(date_trunc('week', s.sold_at) AS date)
),
span AS (
    SELECT max(day) AS last_day FROM sold
),
target AS (
    SELECT
        store,
        kind,
        greatest(6, CAST(ceil(2e0 * sum(pieces) / (date_diff('week', min(week), max(span.last_day)) + 1)) AS integer)) AS level
    FROM sold
    CROSS JOIN span
    GROUP BY store, kind
),
filled AS (
    SELECT store, kind, week AS monday FROM sold
    UNION
    SELECT store, kind, week + INTERVAL '7' DAY AS monday FROM sold
)
SELECT
    f.store,
    f.kind,
    CAST(f.monday AS timestamp) + INTERVAL '6' HOUR AS changed_at,
    t.level AS on_hand
FROM filled f
JOIN target t ON t.store = f.store AND t.kind = f.kind
UNION ALL
SELECT
    s.store,
    s.kind,
    CAST(s.day AS timestamp) + INTERVAL '22' HOUR AS changed_at,
    CAST(greatest(0, t.level - sum(s.pieces) OVER (PARTITION BY s.store, s.kind, s.week ORDER BY s.day)) AS integer) AS on_hand
FROM sold s
JOIN target t ON t.store = s.store AND t.kind = s.kind
