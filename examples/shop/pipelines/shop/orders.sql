SELECT
    CAST(ordernumber AS integer) AS order_number,
    CAST(customernumber AS integer) AS customer_number,
    TRY_CAST(orderdate AS date) AS ordered_on,
    TRY_CAST(requireddate AS date) AS required_on,
    TRY_CAST(shippeddate AS date) AS shipped_on,
    status,
    comments
FROM orders
WHERE _ingested_at = (SELECT max(_ingested_at) FROM orders)
