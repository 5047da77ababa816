-- The rule: every fourth Monday at six a store is filled up, of each kind, to what it has sold of it in four weeks by its mean up to
-- then, and to three pieces at least. In between stock falls with each receipt, at its moment. What would have been sold of an empty
-- shelf nobody knows, so nothing falls below zero. (The receipts are those of some households, which buy a piece of a kind in six
-- weeks; of shelves that are filled each week hardly one would ever be empty.)
WITH lines AS (
    SELECT DISTINCT store, number, product, quantity, sold_at FROM sales
),
sold AS (
    SELECT
        s.store,
        p.product_type AS kind,
        s.sold_at,
        date_diff('day', DATE '2001-01-01', CAST(s.sold_at - INTERVAL '6' HOUR AS date)) / 28 AS period,
        sum(coalesce(CAST(TRY_CAST(replace(s.quantity, ',', '.') AS double) AS integer), 0)) AS pieces
    FROM lines s
    JOIN products p ON p.product_id = s.product
    WHERE p.product_type IS NOT NULL
    GROUP BY
        s.store,
        p.product_type,
        s.sold_at,
        date_diff('day', DATE '2001-01-01', CAST(s.sold_at - INTERVAL '6' HOUR AS date)) / 28
),
now AS (
    SELECT max(sold_at) AS at FROM sold
),
begun AS (
    SELECT store, kind, min(period) AS first_period FROM sold GROUP BY store, kind
),
periods AS (
    SELECT store, kind, period FROM sold
    UNION
    SELECT store, kind, period + 1 AS period FROM sold
),
filled AS (
    SELECT
        f.store,
        f.kind,
        f.period,
        CAST(date_add('day', 28 * f.period, DATE '2001-01-01') AS timestamp) + INTERVAL '6' HOUR AS filled_at,
        greatest(3, CAST(ceil(coalesce(1e0 * sum(s.pieces) / max(f.period - b.first_period), 0e0)) AS integer)) AS level
    FROM periods f
    JOIN begun b ON b.store = f.store AND b.kind = f.kind
    LEFT JOIN sold s ON s.store = f.store AND s.kind = f.kind AND s.period < f.period
    GROUP BY f.store, f.kind, f.period
)
SELECT f.store, f.kind, f.filled_at AS changed_at, f.level AS on_hand
FROM filled f
CROSS JOIN now
WHERE f.filled_at <= now.at
UNION ALL
SELECT
    s.store,
    s.kind,
    s.sold_at AS changed_at,
    CAST(greatest(0, f.level - sum(s.pieces) OVER (PARTITION BY s.store, s.kind, s.period ORDER BY s.sold_at)) AS integer) AS on_hand
FROM sold s
JOIN filled f ON f.store = s.store AND f.kind = s.kind AND f.period = s.period
