-- How good alerts are, by what a model says of the last months that has learned from those before: beside them, alerts where the usual
-- pace alone would take all that is left in two weeks. A stock-out that comes of one receipt out of a shelf nobody worried about counts as missed.
WITH said AS (
    SELECT 'model' AS method, district, store, kind, filled_at, at, risk FROM tried_states
    UNION ALL
    SELECT 'cover' AS method, district, store, kind, filled_at, at, by_pace AS risk FROM tried_states WHERE by_pace >= 1
),
alerts AS (
    SELECT method, district, store, kind, filled_at, min(at) AS alerted_at
    FROM said
    WHERE risk >= 0.25
    GROUP BY method, district, store, kind, filled_at
),
span AS (
    SELECT min(at) AS from_at, max(at) AS until_at FROM tried_states
),
versions AS (
    SELECT
        district,
        store,
        kind,
        on_hand,
        valid_from AS at,
        lag(on_hand) OVER (PARTITION BY store, kind ORDER BY valid_from) AS before
    FROM stock_history
),
periods AS (
    SELECT
        versions.*,
        max(CASE WHEN before IS NULL OR on_hand > before THEN at END) OVER (PARTITION BY store, kind ORDER BY at) AS filled_at
    FROM versions
),
outs AS (
    SELECT p.district, p.store, p.kind, p.filled_at, min(p.at) AS empty_at
    FROM periods p
    CROSS JOIN span
    WHERE p.on_hand = 0 AND p.at >= span.from_at AND p.at <= span.until_at + INTERVAL '14' DAY
    GROUP BY p.district, p.store, p.kind, p.filled_at
),
methods AS (
    SELECT DISTINCT method FROM said
),
judged AS (
    SELECT
        m.method,
        coalesce(o.district, a.district) AS district,
        a.alerted_at,
        o.empty_at,
        CASE WHEN a.alerted_at < o.empty_at THEN date_diff('hour', a.alerted_at, o.empty_at) END AS lead
    FROM alerts a
    JOIN methods m ON m.method = a.method
    LEFT JOIN outs o ON o.store = a.store AND o.kind = a.kind AND o.filled_at = a.filled_at
    UNION ALL
    SELECT m.method, o.district, NULL AS alerted_at, o.empty_at, NULL AS lead
    FROM outs o
    CROSS JOIN methods m
    LEFT JOIN alerts a ON a.method = m.method AND o.store = a.store AND o.kind = a.kind AND o.filled_at = a.filled_at
    WHERE a.store IS NULL
)
SELECT
    method,
    district,
    count(alerted_at) AS alerts,
    count(lead) AS right_alerts,
    count(empty_at) AS stock_outs,
    CAST(count(lead) AS double) / nullif(count(alerted_at), 0) AS precision,
    CAST(count(lead) AS double) / nullif(count(empty_at), 0) AS recall,
    avg(lead) AS mean_lead_hours,
    approx_percentile(lead, 0.5) AS median_lead_hours
FROM judged
GROUP BY method, district
