-- Which products are looked at, put into carts and bought, by the hour.
SELECT
    date_trunc('hour', e.at) AS hour,
    e.product_code,
    max(p.name) AS product,
    count_if(e.kind = 'view') AS views,
    count_if(e.kind = 'cart') AS carts,
    count_if(e.kind = 'buy') AS buys,
    count(DISTINCT e.customer_number) AS customers
FROM events e
JOIN products p ON p.product_code = e.product_code
GROUP BY date_trunc('hour', e.at), e.product_code
