-- For each click five products: alike to the one that was clicked, by who ordered them, and to the taste of who clicked. What the
-- customer has ordered already is not among them.
WITH scored AS (
    SELECT
        e.at,
        e.event_id,
        e.customer_number,
        e.product_code AS clicked,
        i.product_code,
        cosine_similarity(CAST(c.embedding AS array(double)), CAST(i.embedding AS array(double)))
            + coalesce(dot_product(CAST(t.embedding AS array(double)), CAST(i.embedding AS array(double))), 0) AS score
    FROM events e
    JOIN product_tastes c ON c.product_code = e.product_code
    JOIN product_tastes i ON i.product_code <> e.product_code
    LEFT JOIN customer_tastes t ON t.customer_number = CAST(e.customer_number AS varchar)
    WHERE NOT EXISTS (
        SELECT 1 FROM ratings r WHERE r.customer_number = e.customer_number AND r.product_code = i.product_code)
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY event_id, at ORDER BY score DESC, product_code) AS place FROM scored
)
SELECT r.at, r.event_id, r.customer_number, r.clicked, CAST(r.place AS integer) AS place, r.product_code, p.name AS product, r.score
FROM ranked r
JOIN products p ON p.product_code = r.product_code
WHERE r.place <= 5
