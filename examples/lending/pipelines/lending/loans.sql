-- One row for each loan, typed, whichever kind of file it came in. A later delivery of the same number wins. Amounts may be written
-- as $5,000, shares as 13.5%.
WITH delivered AS (
    SELECT
        -- The package and the lender number loans each in their own way; two kinds of file have no numbers.
        CASE
            WHEN id IS NOT NULL THEN _dialect || '-' || id
            ELSE _dialect || '-' || substr(_delivery, 1, 12) || '-' || CAST(_line AS varchar)
        END AS loan_key,
        regexp_replace(coalesce(loan_status, ''), '^Does not meet the credit policy\. *Status: *', '') AS word,
        regexp_extract(zip_code, '^[0-9]{1,3}') AS zip_digits,
        loans.*
    FROM loans
),
ranked AS (
    SELECT
        delivered.*,
        row_number() OVER (PARTITION BY loan_key ORDER BY _ingested_at DESC, _line DESC) AS place
    FROM delivered
)
SELECT
    loan_key,
    _dialect AS kind,
    TRY_CAST(id AS bigint) AS loan_number,
    member_id AS member,
    CAST(TRY_CAST(regexp_replace(coalesce(loan_amnt, funded_amnt_inv), '[$, ]', '') AS double) AS decimal(12, 2)) AS amount,
    TRY_CAST(regexp_extract(term, '[0-9]+') AS integer) AS term_months,
    CAST(TRY_CAST(replace(trim(int_rate), '%', '') AS double) AS decimal(6, 3)) AS interest_rate,
    CAST(TRY_CAST(regexp_replace(installment, '[$,% ]', '') AS double) AS decimal(12, 2)) AS installment,
    grade,
    sub_grade,
    nullif(trim(emp_title), 'other') AS employer,
    CASE
        WHEN emp_length LIKE '<%' THEN 0
        ELSE TRY_CAST(regexp_extract(emp_length, '[0-9]+') AS integer)
    END AS employed_years,
    home_ownership,
    CAST(TRY_CAST(regexp_replace(annual_inc, '[$,% ]', '') AS double) AS decimal(14, 2)) AS annual_income,
    coalesce(verification_status, verification_status_joint) AS verification,
    issued_on,
    loan_status AS status,
    CASE
        WHEN word = 'Fully Paid' OR (_dialect = 'recoded' AND word = '1') OR (_dialect = 'package' AND word = '0') THEN 'paid'
        WHEN word IN ('Charged Off', 'Default') OR (_dialect = 'recoded' AND word = '0') OR (_dialect = 'package' AND word = '1')
            THEN 'defaulted'
        ELSE 'open'
    END AS outcome,
    purpose,
    title,
    "desc" AS description,
    -- Spreadsheets turn 070 into 70 or 7.
    lpad(zip_digits, 3, '0') AS zip3,
    nullif(addr_state, 'other') AS state,
    CAST(TRY_CAST(regexp_replace(dti, '[$,% ]', '') AS double) AS decimal(9, 2)) AS debt_to_income,
    CAST(TRY_CAST(delinq_2yrs AS double) AS integer) AS delinquencies_2y,
    CAST(TRY_CAST(inq_last_6mths AS double) AS integer) AS inquiries_6m,
    CAST(TRY_CAST(open_acc AS double) AS integer) AS open_accounts,
    CAST(TRY_CAST(pub_rec AS double) AS integer) AS public_records,
    CAST(TRY_CAST(regexp_replace(revol_bal, '[$,% ]', '') AS double) AS decimal(14, 2)) AS revolving_balance,
    CAST(TRY_CAST(replace(trim(revol_util), '%', '') AS double) AS decimal(6, 2)) AS revolving_utilisation,
    CAST(TRY_CAST(total_acc AS double) AS integer) AS total_accounts,
    _file AS delivered_in,
    _ingested_at AS delivered_at
FROM ranked
WHERE place = 1
