-- Which sentence of a paper comes closest to its summary, by how many sentences the paper has.
WITH paper AS (
    SELECT
        _parent_key,
        count(*) AS sentences,
        max_by(_ordinal, score) AS best_sentence,
        max(score) AS score
    FROM sentences
    GROUP BY _parent_key
)
SELECT
    sentences,
    best_sentence,
    count(*) AS papers,
    avg(score) AS mean_score
FROM paper
GROUP BY sentences, best_sentence
