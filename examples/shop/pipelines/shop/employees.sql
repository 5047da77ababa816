-- Who works where, and for whom.
SELECT
    CAST(e.employeenumber AS integer) AS employee_number,
    e.lastname AS last_name,
    e.firstname AS first_name,
    e.email,
    e.jobtitle AS job_title,
    CAST(e.reportsto AS integer) AS reports_to,
    o.city AS office,
    o.territory
FROM employees e
LEFT JOIN (
    SELECT officecode, city, territory FROM offices WHERE _ingested_at = (SELECT max(_ingested_at) FROM offices)
) o ON o.officecode = e.officecode
WHERE e._ingested_at = (SELECT max(_ingested_at) FROM employees)
