-- What most questions ask: how many complaints, and how they were answered.
SELECT
    product,
    CAST(date_trunc('month', received_on) AS date) AS month,
    state,
    count(*) AS complaints,
    sum(CASE WHEN timely_response = 'Yes' THEN 1 ELSE 0 END) AS answered_in_time,
    sum(CASE WHEN consumer_disputed = 'Yes' THEN 1 ELSE 0 END) AS disputed,
    sum(CASE WHEN narrative IS NOT NULL THEN 1 ELSE 0 END) AS with_narrative
FROM complaints
GROUP BY product, CAST(date_trunc('month', received_on) AS date), state
