-- Each click once. What is sent again has the same id and moment.
SELECT DISTINCT
    event_id,
    happened_at AS at,
    TRY_CAST(customer_number AS integer) AS customer_number,
    session,
    kind,
    product AS product_code
FROM activity
