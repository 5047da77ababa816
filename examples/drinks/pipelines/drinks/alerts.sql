-- The first moment since it was filled at which a shelf was empty within two weeks by one in four; once for each filling.
SELECT
    district,
    store,
    kind,
    filled_at,
    min(at) AS alerted_at,
    min_by(on_hand, at) AS on_hand,
    min_by(risk, at) AS risk
FROM scored_states
WHERE risk >= 0.25
GROUP BY district, store, kind, filled_at
