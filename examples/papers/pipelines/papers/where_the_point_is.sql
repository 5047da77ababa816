-- Which sentence of a paper comes closest to its summary, the first of those that do, by how many sentences the paper has.
WITH paper AS (
    SELECT
        _parent_key,
        count(*) AS sentences,
        min(CASE WHEN score = best THEN _ordinal END) AS best_sentence,
        max(score) AS score
    FROM (SELECT _parent_key, _ordinal, score, max(score) OVER (PARTITION BY _parent_key) AS best FROM sentences)
    GROUP BY _parent_key
)
SELECT
    sentences,
    best_sentence,
    count(*) AS papers,
    avg(score) AS mean_score
FROM paper
GROUP BY sentences, best_sentence
