-- What a paper says: its title and abstract as one text.
SELECT
    p.paper_id,
    p.title,
    coalesce(p.title || ' ', '') || s.abstract AS text
FROM papers p
JOIN (
    SELECT _parent_key, array_join(array_agg(text ORDER BY _ordinal), ' ') AS abstract
    FROM sentences
    GROUP BY _parent_key
) s ON s._parent_key = p._key
