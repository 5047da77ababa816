-- What is known of a shelf at each moment its stock falls and something is left: since when it was filled, the pace of its sales so
-- far (the learned pattern), and that since it was filled. Only what was before is looked at, so a moment that is past stays as it is.
WITH versions AS (
    SELECT
        district,
        store,
        kind,
        on_hand,
        valid_from AS at,
        lag(on_hand) OVER (PARTITION BY store, kind ORDER BY valid_from) AS before
    FROM stock_history
),
filled AS (
    SELECT
        versions.*,
        max(CASE WHEN before IS NULL OR on_hand > before THEN at END) OVER (PARTITION BY store, kind ORDER BY at) AS filled_at,
        min(at) OVER (PARTITION BY store, kind) AS first_at,
        coalesce(greatest(before - on_hand, 0), 0) AS sold
    FROM versions
),
known AS (
    SELECT
        filled.*,
        sum(sold) OVER (PARTITION BY store, kind ORDER BY at) AS sold_so_far,
        sum(sold) OVER (PARTITION BY store, kind, filled_at ORDER BY at) AS sold_since_filled,
        CAST(date_diff('hour', first_at, at) AS double) / 24 AS days_so_far,
        CAST(date_diff('hour', filled_at, at) AS double) / 24 AS days_since_filled
    FROM filled
)
SELECT
    district,
    store,
    kind,
    at,
    filled_at,
    on_hand,
    days_since_filled,
    usual_pace,
    pace,
    least(usual_pace * 14 / on_hand, 3e0) AS pressure
FROM (
    SELECT
        known.*,
        (sold_so_far + 5e-1) / (days_so_far + 28) AS usual_pace,
        sold_since_filled / greatest(days_since_filled, 1e0) AS pace
    FROM known
    WHERE sold > 0 AND on_hand > 0
) at_pace
