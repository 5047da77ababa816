-- What was sold: cancelled orders are none.
SELECT
    CAST(date_trunc('month', o.ordered_on) AS date) AS month,
    p.product_line,
    c.country,
    count(DISTINCT o.order_number) AS orders,
    sum(l.quantity) AS pieces,
    sum(l.amount) AS revenue
FROM order_lines l
JOIN orders o ON o.order_number = l.order_number
JOIN customers c ON c.customer_number = o.customer_number
JOIN products p ON p.product_code = l.product_code
WHERE o.status <> 'Cancelled'
GROUP BY CAST(date_trunc('month', o.ordered_on) AS date), p.product_line, c.country
