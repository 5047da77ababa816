-- How loans ended. What is still open says nothing about how it will end, so it is no part of the share.
SELECT
    CAST(year(issued_on) AS integer) AS issued_year,
    grade,
    term_months,
    purpose,
    count(*) AS loans,
    sum(amount) AS lent,
    count_if(outcome = 'paid') AS paid,
    count_if(outcome = 'defaulted') AS defaulted,
    count_if(outcome = 'open') AS open,
    CAST(count_if(outcome = 'defaulted') AS double) / nullif(count_if(outcome <> 'open'), 0) AS default_share
FROM loans
GROUP BY CAST(year(issued_on) AS integer), grade, term_months, purpose
