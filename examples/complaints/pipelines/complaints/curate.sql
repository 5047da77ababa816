-- One row for each complaint. A later delivery of the same id wins; a complaint without id is known by its content.
WITH delivered AS (
    SELECT
        CASE
            WHEN complaint_number IS NOT NULL THEN CAST(complaint_number AS varchar)
            ELSE 'content-' || lower(to_hex(sha256(to_utf8(
                coalesce(date_received, '') || '|' || coalesce(product, '') || '|' || coalesce(sub_product, '') || '|'
                || coalesce(issue, '') || '|' || coalesce(sub_issue, '') || '|'
                || coalesce(consumer_complaint_narrative, '') || '|' || coalesce(company, '') || '|'
                || coalesce(state, '') || '|' || coalesce(zip_code, '') || '|' || coalesce(submitted_via, '') || '|'
                || coalesce(date_sent_to_company, '') || '|' || coalesce(company_response_to_consumer, '') || '|'
                || coalesce(timely_response, '') || '|' || coalesce(consumer_disputed, '')))))
        END AS complaint_key,
        complaint_number,
        received_on,
        sent_on,
        product,
        sub_product,
        issue,
        sub_issue,
        consumer_complaint_narrative,
        company,
        company_public_response,
        state,
        -- Spreadsheets turn 07305 into 7305 or 7305.0; 330XX was masked by the CFPB and stays.
        regexp_replace(trim(zip_code), '\.0$', '') AS zip,
        tags,
        consumer_consent_provided,
        submitted_via,
        company_response_to_consumer,
        timely_response,
        consumer_disputed,
        _file,
        _line,
        _ingested_at
    FROM complaints
),
ranked AS (
    SELECT
        delivered.*,
        row_number() OVER (PARTITION BY complaint_key ORDER BY _ingested_at DESC, _line DESC) AS place
    FROM delivered
)
SELECT
    complaint_key,
    complaint_number AS complaint_id,
    received_on,
    sent_on,
    product,
    sub_product,
    issue,
    sub_issue,
    consumer_complaint_narrative AS narrative,
    company,
    company_public_response,
    state,
    CASE WHEN regexp_like(zip, '^[0-9]{1,5}$') THEN lpad(zip, 5, '0') ELSE upper(zip) END AS zip_code,
    tags,
    nullif(consumer_consent_provided, 'N/A') AS consumer_consent_provided,
    submitted_via,
    company_response_to_consumer,
    timely_response,
    nullif(consumer_disputed, 'N/A') AS consumer_disputed,
    _file AS delivered_in,
    _ingested_at AS delivered_at
FROM ranked
WHERE place = 1
