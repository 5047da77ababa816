-- One row for each line of a receipt. What is sent again has the same number of the same store. Some tills write 2,49 for 2.49.
SELECT DISTINCT
    s.store,
    s.number,
    st.district,
    s.sold_at,
    s.basket,
    s.household,
    s.product AS product_id,
    p.product_type AS kind,
    CAST(TRY_CAST(replace(s.quantity, ',', '.') AS double) AS integer) AS quantity,
    CAST(TRY_CAST(replace(s.amount, ',', '.') AS double) AS decimal(10, 2)) AS amount,
    CAST(TRY_CAST(replace(s.discount, ',', '.') AS double) AS decimal(10, 2)) AS discount
FROM sales s
LEFT JOIN products p ON CAST(p.product_id AS varchar) = s.product
LEFT JOIN stores st ON CAST(st.store_id AS varchar) = s.store
