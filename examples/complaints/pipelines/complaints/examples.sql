-- The narratives that came sorted by product, each once, whatever they were delivered with.
SELECT DISTINCT narrative, product
FROM complaints
WHERE narrative IS NOT NULL AND delivered_in LIKE '%narratives%'
