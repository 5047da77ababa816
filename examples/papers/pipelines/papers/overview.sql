-- A paper in a line: its title, its shortest summary, and how much shorter that is.
WITH sentence AS (
    SELECT
        _parent_key,
        count(*) AS sentences,
        sum(cardinality(split("text", ' '))) AS words,
        min(CASE WHEN score = best THEN _ordinal END) AS best_sentence
    FROM (
        SELECT _parent_key, _ordinal, "text", score, max(score) OVER (PARTITION BY _parent_key) AS best
        FROM sentences)
    GROUP BY _parent_key
),
summary AS (
    SELECT
        _parent_key,
        min_by(value, length(value)) AS summary,
        count(*) AS summaries
    FROM summaries
    GROUP BY _parent_key
)
SELECT
    p.paper_id,
    p.title,
    summary.summary,
    summary.summaries,
    sentence.sentences,
    sentence.words,
    CAST(cardinality(split(summary.summary, ' ')) AS bigint) AS summary_words,
    CAST(sentence.words AS double) / cardinality(split(summary.summary, ' ')) AS times_shorter,
    sentence.best_sentence
FROM papers p
JOIN sentence ON sentence._parent_key = p._key
JOIN summary ON summary._parent_key = p._key
