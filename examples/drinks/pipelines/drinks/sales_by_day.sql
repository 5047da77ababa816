SELECT
    CAST(sold_at AS date) AS day,
    district,
    store,
    kind,
    count(DISTINCT basket) AS receipts,
    sum(quantity) AS pieces,
    sum(amount) AS revenue,
    sum(discount) AS discount
FROM sales
GROUP BY CAST(sold_at AS date), district, store, kind
