-- What was known of a loan when it was asked for, and how it ended. What came later, such as its balance, would tell the end.
SELECT
    issued_on, outcome, amount, term_months, interest_rate, grade, employed_years, home_ownership, purpose, state,
    debt_to_income, delinquencies_2y, inquiries_6m, open_accounts, public_records, revolving_utilisation, total_accounts
FROM loans
WHERE outcome IN ('paid', 'defaulted') AND issued_on IS NOT NULL
