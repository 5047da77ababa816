SELECT
    CAST(customernumber AS integer) AS customer_number,
    checknumber AS check_number,
    CAST(paymentdate AS date) AS paid_on,
    CAST(amount AS decimal(10, 2)) AS amount
FROM payments
