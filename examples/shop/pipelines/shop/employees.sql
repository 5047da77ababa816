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
LEFT JOIN offices o ON o.officecode = e.officecode
