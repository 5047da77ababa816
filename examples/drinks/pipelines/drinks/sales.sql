-- One row for each line of a receipt. What is sent again has the same number of the same store.
SELECT DISTINCT
    s.store,
    s.number,
    st.district,
    s.sold_at,
    s.basket,
    s.household,
    s.product AS product_id,
    p.product_type AS kind,
    TRY_CAST(s.quantity AS integer) AS quantity,
    CAST(TRY_CAST(s.amount AS double) AS decimal(10, 2)) AS amount,
    CAST(TRY_CAST(s.discount AS double) AS decimal(10, 2)) AS discount
FROM sales s
LEFT JOIN products p ON CAST(p.product_id AS varchar) = s.product
LEFT JOIN stores st ON CAST(st.store_id AS varchar) = s.store
