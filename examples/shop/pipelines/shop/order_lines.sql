SELECT
    CAST(ordernumber AS integer) AS order_number,
    productcode AS product_code,
    CAST(orderlinenumber AS integer) AS line,
    CAST(quantityordered AS integer) AS quantity,
    CAST(priceeach AS decimal(10, 2)) AS price,
    CAST(CAST(quantityordered AS integer) * CAST(priceeach AS decimal(10, 2)) AS decimal(12, 2)) AS amount
FROM orderdetails
WHERE _ingested_at = (SELECT max(_ingested_at) FROM orderdetails)
