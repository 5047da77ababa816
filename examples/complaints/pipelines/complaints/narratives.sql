-- What consumers told in their words, but for what the model has learned from.
SELECT complaint_key, received_on, product, state, narrative
FROM complaints
WHERE narrative IS NOT NULL AND delivered_in NOT LIKE '%narratives%'
