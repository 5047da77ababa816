SELECT
    CAST(ordernumber AS integer) AS order_number,
    CAST(customernumber AS integer) AS customer_number,
    CAST(orderdate AS date) AS ordered_on,
    CAST(requireddate AS date) AS required_on,
    CAST(shippeddate AS date) AS shipped_on,
    status,
    comments
FROM orders
