-- The drinks among the products. More are delivered than are drinks.
SELECT
    CAST(product_id AS varchar) AS product_id,
    CAST(manufacturer_id AS varchar) AS manufacturer,
    brand,
    product_type AS kind,
    nullif(trim(package_size), '') AS package_size
FROM products
WHERE product_category = 'SOFT DRINKS'
