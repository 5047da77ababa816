SELECT
    CAST(customernumber AS integer) AS customer_number,
    checknumber AS check_number,
    TRY_CAST(paymentdate AS date) AS paid_on,
    CAST(amount AS decimal(10, 2)) AS amount
FROM payments
WHERE _ingested_at = (SELECT max(_ingested_at) FROM payments)
