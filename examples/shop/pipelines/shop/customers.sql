-- Texts of a dump and values of a database become the same. Of several dumps the one that came last says how it is.
SELECT
    CAST(customernumber AS integer) AS customer_number,
    customername AS name,
    contactlastname AS contact_last_name,
    contactfirstname AS contact_first_name,
    phone,
    trim(addressline1 || coalesce(', ' || addressline2, '')) AS address,
    city,
    nullif(trim(state), '') AS state,
    nullif(trim(postalcode), '') AS postal_code,
    trim(country) AS country,
    CAST(salesrepemployeenumber AS integer) AS sales_rep,
    CAST(creditlimit AS decimal(10, 2)) AS credit_limit
FROM customers
WHERE _ingested_at = (SELECT max(_ingested_at) FROM customers)
