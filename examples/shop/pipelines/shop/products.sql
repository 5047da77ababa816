SELECT
    p.productcode AS product_code,
    p.productname AS name,
    p.productline AS product_line,
    p.productscale AS scale,
    p.productvendor AS vendor,
    p.productdescription AS description,
    l.textdescription AS line_description,
    CAST(p.quantityinstock AS integer) AS in_stock,
    CAST(p.buyprice AS decimal(10, 2)) AS buy_price,
    CAST(p.msrp AS decimal(10, 2)) AS list_price
FROM products p
LEFT JOIN (
    SELECT productline, textdescription FROM productlines WHERE _ingested_at = (SELECT max(_ingested_at) FROM productlines)
) l ON l.productline = p.productline
WHERE p._ingested_at = (SELECT max(_ingested_at) FROM products)
