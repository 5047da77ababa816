-- One row for each paper, the one delivered last; its sentences with what is known of each, its summaries.
WITH ranked AS (
    SELECT
        papers.*,
        row_number() OVER (PARTITION BY paper_id ORDER BY _ingested_at DESC, _file DESC, _line DESC) AS place
    FROM papers
)
SELECT
    paper_id,
    title,
    transform(
        zip(sentences, coalesce(labels, CAST(ARRAY[] AS array(bigint))), coalesce(scores, CAST(ARRAY[] AS array(double)))),
        one -> CAST(one AS row("text" varchar, is_key bigint, score double))) AS sentences,
    summaries,
    _file AS delivered_in,
    _ingested_at AS delivered_at
FROM ranked
WHERE place = 1
