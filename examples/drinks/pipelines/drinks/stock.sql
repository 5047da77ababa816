SELECT
    l.store,
    l.kind,
    st.district,
    CAST(l.on_hand AS integer) AS on_hand,
    CAST(l.changed_at AS timestamp) AS changed_at
FROM stock_levels l
LEFT JOIN stores st ON CAST(st.store_id AS varchar) = l.store
