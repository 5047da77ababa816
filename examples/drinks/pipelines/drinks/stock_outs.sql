-- From when to when a shelf was empty.
SELECT
    district,
    store,
    kind,
    valid_from AS empty_from,
    valid_to AS empty_until,
    CAST(date_diff('hour', valid_from, valid_to) AS bigint) AS hours
FROM stock_history
WHERE on_hand = 0
