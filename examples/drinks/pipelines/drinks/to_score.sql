SELECT
    district,
    store,
    kind,
    at,
    filled_at,
    on_hand,
    usual_pace,
    pace,
    pressure,
    ln(pressure) AS log_pressure
FROM shelf_states
