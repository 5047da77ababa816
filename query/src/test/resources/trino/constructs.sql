-- Constructs of the grammar, one by one.

-- with recursive
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r ORDER BY n;
WITH RECURSIVE r(n) AS (VALUES 1 UNION ALL SELECT n * 2 FROM r WHERE n < 100) SELECT sum(n), count(*) FROM r;
WITH RECURSIVE up(id, name, depth) AS (SELECT id, name, 0 FROM people WHERE boss IS NULL UNION ALL SELECT p.id, p.name, up.depth + 1 FROM people p JOIN up ON p.boss = up.id) SELECT * FROM up ORDER BY id;
WITH RECURSIVE up(id, path) AS (SELECT id, CAST(name AS varchar) FROM people WHERE id = 1 UNION ALL SELECT p.id, up.path || '/' || coalesce(p.name, '?') FROM people p JOIN up ON p.boss = up.id) SELECT * FROM up ORDER BY path;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r LIMIT 3;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT n + 1 FROM r WHERE n < 3 UNION ALL SELECT 1) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM r a, r b WHERE a.n < 3) SELECT * FROM r;
WITH RECURSIVE r(n, m) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r;
WITH RECURSIVE a(x) AS (SELECT 7), r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM a, r ORDER BY n;
WITH RECURSIVE a AS (SELECT 7 AS x) SELECT x FROM a;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT sum(n) FROM r) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1e0 FROM r WHERE n < 3) SELECT * FROM r;
-- differs: the length of a text is not followed through a function
WITH RECURSIVE r(s) AS (SELECT 'a' UNION ALL SELECT s || 'b' FROM r WHERE length(s) < 3) SELECT * FROM r;
WITH RECURSIVE r(n) AS (SELECT BIGINT '1' UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT count(*) FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 11) SELECT max(n) FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT max(n) FROM r;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LEFT JOIN pairs p ON p.k = r.n WHERE n < 3) SELECT n, count(*) FROM r GROUP BY n ORDER BY n;

-- natural join, joins of all kinds
SELECT * FROM pairs NATURAL JOIN others;
SELECT * FROM pairs NATURAL LEFT JOIN others;
SELECT k, count(*) FROM pairs JOIN others USING (k) GROUP BY k ORDER BY k;
SELECT pairs.k FROM pairs JOIN others USING (k);
SELECT x.k FROM pairs x JOIN others y USING (k);
SELECT x.*, y.* FROM pairs x JOIN others y USING (k);
SELECT y.* FROM pairs x LEFT JOIN others y USING (k);
SELECT * FROM pairs JOIN others USING (nosuch);
SELECT * FROM pairs x JOIN pairs y USING (k) JOIN others z USING (k);
SELECT * FROM pairs x FULL JOIN others y ON x.k = y.k AND x.v = y.v;
SELECT * FROM pairs x FULL JOIN others y ON x.k < y.k;
SELECT * FROM pairs x LEFT JOIN others y ON false;
SELECT * FROM pairs x LEFT JOIN others y ON x.k = y.k WHERE y.k IS NULL;
SELECT count(*) FROM pairs x JOIN others y ON x.k IS NOT DISTINCT FROM y.k;
SELECT * FROM (pairs x CROSS JOIN (VALUES 1, 2) AS t(n)) WHERE x.k = t.n;
SELECT * FROM pairs, LATERAL (SELECT n FROM others o WHERE o.k = pairs.k);
SELECT p.k, q.n FROM pairs p LEFT JOIN LATERAL (SELECT max(n) AS n FROM others o WHERE o.k = p.k) q ON true;
SELECT p.k, q.n FROM pairs p LEFT JOIN LATERAL (SELECT n FROM others o WHERE o.k = p.k) q ON true;
-- differs: Trino cannot take it apart; here it runs
SELECT p.k, q.n FROM pairs p, LATERAL (SELECT o.n + p.k AS n FROM others o) q WHERE q.n < 15;
SELECT p.id, q.id FROM people p, LATERAL (SELECT id FROM sales s WHERE s.person = p.id ORDER BY id LIMIT 1) q;
SELECT * FROM pairs p, others p;
SELECT p.k FROM pairs p, others p;

-- tablesample
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (100);
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (0);
SELECT count(*) FROM sales TABLESAMPLE SYSTEM (100);
SELECT count(*) FROM sales s TABLESAMPLE BERNOULLI (100) WHERE s.id > 3;
SELECT count(*) FROM sales AS s (a, b, c, d, e, f) TABLESAMPLE BERNOULLI (100.0) WHERE a > 3;
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (101);
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (-1);
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI ('a');
SELECT count(*) FROM (SELECT * FROM sales) TABLESAMPLE BERNOULLI (100);
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (100) JOIN people TABLESAMPLE BERNOULLI (100) ON person = people.id;
SELECT count(*) <= 36 FROM sales TABLESAMPLE BERNOULLI (50);
SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (50 + 50);

-- limits
SELECT id, score FROM people ORDER BY score DESC NULLS LAST FETCH FIRST 3 ROWS WITH TIES;
SELECT id, salary FROM people ORDER BY salary FETCH FIRST 2 ROWS WITH TIES;
SELECT salary FROM people ORDER BY salary NULLS FIRST FETCH FIRST 1 ROWS WITH TIES;
SELECT dept FROM people ORDER BY dept FETCH FIRST ROW WITH TIES;
SELECT id FROM people FETCH FIRST 2 ROWS WITH TIES;
SELECT dept, count(*) AS n FROM people GROUP BY dept ORDER BY n DESC FETCH FIRST 1 ROW WITH TIES;
SELECT * FROM (SELECT dept, count(*) AS n FROM people GROUP BY dept ORDER BY count(*) DESC FETCH FIRST 2 ROWS WITH TIES) ORDER BY n, dept;
SELECT dept FROM people ORDER BY dept OFFSET 1 ROW FETCH NEXT 2 ROWS WITH TIES;
SELECT DISTINCT dept FROM people ORDER BY dept FETCH FIRST 2 ROWS WITH TIES;
(SELECT k FROM pairs UNION ALL SELECT k FROM others) ORDER BY k FETCH FIRST 2 ROWS WITH TIES;
SELECT k FROM pairs UNION ALL SELECT k FROM others ORDER BY k FETCH FIRST 4 ROWS WITH TIES;
SELECT * FROM (SELECT score FROM people ORDER BY score DESC FETCH FIRST 2 ROWS WITH TIES);
SELECT id FROM people ORDER BY score + 0 DESC FETCH FIRST 2 ROWS WITH TIES;
SELECT id, row_number() OVER (ORDER BY id) FROM people ORDER BY dept FETCH FIRST 3 ROWS WITH TIES;
SELECT id FROM people ORDER BY id LIMIT 2 OFFSET 1;
SELECT id FROM people ORDER BY id LIMIT -1;
SELECT id FROM people ORDER BY id FETCH FIRST 0 ROWS ONLY;
SELECT (SELECT id FROM people ORDER BY id LIMIT 1);
SELECT id FROM (SELECT id FROM people ORDER BY id DESC LIMIT 3) ORDER BY id;
VALUES 3, 1, 2 ORDER BY 1 LIMIT 2;
SELECT id FROM people ORDER BY 2;
SELECT id FROM people ORDER BY 0;

-- order by
SELECT name AS id FROM people ORDER BY id;
SELECT id AS x FROM people ORDER BY x + 0 DESC;
SELECT name FROM people ORDER BY length(name), name;
SELECT dept FROM people GROUP BY dept ORDER BY max(salary) DESC;
SELECT DISTINCT dept FROM people ORDER BY length(dept);
SELECT DISTINCT dept FROM people ORDER BY id;
SELECT DISTINCT dept AS d, length(dept) FROM people ORDER BY length(dept), d;
SELECT k FROM pairs UNION SELECT k FROM others ORDER BY 1 DESC;
SELECT rw FROM kinds WHERE id < 6 ORDER BY rw.x;
SELECT id, d FROM kinds ORDER BY d, id;
SELECT id, d FROM kinds ORDER BY d DESC, id;
SELECT id, s FROM kinds ORDER BY s, id;
SELECT id, b FROM kinds ORDER BY b DESC NULLS LAST, id;
SELECT id, ai FROM kinds WHERE id IN (1, 2, 5, 6, 7, 10) ORDER BY ai, id;
SELECT id, bin FROM kinds ORDER BY bin, id;
SELECT id, u FROM kinds ORDER BY u, id;
SELECT id FROM kinds ORDER BY mp;
SELECT id, ts FROM kinds ORDER BY ts DESC, id;
SELECT id, tm FROM kinds ORDER BY tm DESC, id;

-- group by
SELECT DISTINCT dept, city, count(*) FROM people GROUP BY ROLLUP (dept, city);
SELECT dept, count(*) FROM people GROUP BY DISTINCT ROLLUP (dept), ROLLUP (dept) ORDER BY 1, 2;
SELECT dept, city, count(*) FROM people GROUP BY DISTINCT GROUPING SETS ((dept), (dept), (city)) ORDER BY 1, 2, 3;
SELECT dept, city, count(*) FROM people GROUP BY ALL GROUPING SETS ((dept), (dept), (city)) ORDER BY 1, 2, 3;
SELECT dept, city, count(*) FROM people GROUP BY DISTINCT ROLLUP (dept, city), CUBE (dept, city) ORDER BY 1, 2, 3;
-- refused: Athena has none
SELECT dept, count(*) FROM people GROUP BY AUTO;
SELECT count(*) FROM people GROUP BY ();
SELECT dept, count(*) FROM people GROUP BY GROUPING SETS (dept, ());
SELECT dept || '!', count(*) FROM people GROUP BY dept;
SELECT dept || '!' AS x, count(*) FROM people GROUP BY dept || '!';
SELECT length(dept) + 1, count(*) FROM people GROUP BY length(dept) + 1;
SELECT x, count(*) FROM (SELECT dept AS x FROM people) GROUP BY x;
SELECT dept AS x, count(*) FROM people GROUP BY x;
SELECT p.dept, count(*) FROM people p GROUP BY dept;
SELECT dept, count(*) FROM people p GROUP BY p.dept;
SELECT CASE WHEN score > 50 THEN 'high' ELSE 'low' END AS c, count(*) FROM people GROUP BY 1;
SELECT grouping(dept) FROM people GROUP BY dept;
SELECT dept, grouping(city) FROM people GROUP BY dept;
SELECT dept, sum(score) FROM people GROUP BY ROLLUP (dept) HAVING sum(score) > 100 ORDER BY 1;
SELECT dept, sum(score) FROM people GROUP BY CUBE (dept, city) HAVING grouping(city) = 1 ORDER BY 1;
SELECT sum(score) FROM people GROUP BY 1;
SELECT count(*) FROM people WHERE count(*) > 1;
SELECT sum(count(*)) FROM people;
SELECT *, count(*) FROM people GROUP BY dept;
SELECT dept, (SELECT count(*) FROM sales) FROM people GROUP BY dept;
SELECT dept, count(*) AS n FROM people GROUP BY dept HAVING n > 1;
SELECT rw.y, count(*) FROM kinds GROUP BY rw.y;
SELECT rw, count(*) FROM kinds GROUP BY rw;
SELECT ai, count(*) FROM kinds GROUP BY ai;
SELECT mp, count(*) FROM kinds GROUP BY mp;
SELECT d, count(*) FROM kinds GROUP BY d;
SELECT max(id) FROM people HAVING max(id) > 5;
SELECT 1 FROM people HAVING true;
SELECT count(DISTINCT dept), count(DISTINCT city), sum(DISTINCT score) FROM people;
SELECT dept, array_agg(name ORDER BY name) FILTER (WHERE score > 30) FROM people GROUP BY dept;
SELECT listagg(name, '; ') WITHIN GROUP (ORDER BY id DESC) FROM people;
SELECT dept, listagg(name, ',') WITHIN GROUP (ORDER BY name) FROM people GROUP BY dept;
SELECT listagg(DISTINCT dept, ',') WITHIN GROUP (ORDER BY dept) FROM people;
SELECT listagg(name) WITHIN GROUP (ORDER BY name) FROM people;
SELECT listagg(name, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY name) FROM people;
SELECT listagg(name, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY name) FROM people;

-- windows
SELECT id, sum(score) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS 2 PRECEDING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND score FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY score RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY score RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY score RANGE BETWEEN 20 PRECEDING AND 20 FOLLOWING) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY score DESC RANGE BETWEEN 20 PRECEDING AND 20 FOLLOWING) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY salary RANGE BETWEEN 1000 PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY born RANGE BETWEEN INTERVAL '10' YEAR PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY born RANGE BETWEEN INTERVAL '1000' DAY PRECEDING AND INTERVAL '1' DAY FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY dept GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY dept GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY dept DESC GROUPS 1 PRECEDING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(id) OVER (RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, sum(id) OVER (ORDER BY id ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, first_value(score) IGNORE NULLS OVER (PARTITION BY dept ORDER BY id) FROM people ORDER BY id;
SELECT id, last_value(score) IGNORE NULLS OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, lead(score, 1) IGNORE NULLS OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, lag(score, 2, -1) IGNORE NULLS OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, lag(score) RESPECT NULLS OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, nth_value(score, 2) IGNORE NULLS OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM people ORDER BY id;
SELECT id, lag(id, 0) OVER (ORDER BY id), lag(id, 100, 0) OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, lag(id, -1) OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, ntile(0) OVER (ORDER BY id) FROM people;
SELECT id, nth_value(id, 0) OVER (ORDER BY id) FROM people;
SELECT id, rank() OVER () FROM people ORDER BY id;
SELECT id, row_number() OVER (PARTITION BY dept ORDER BY salary DESC NULLS FIRST, id) FROM people ORDER BY id;
SELECT id, sum(score) OVER w, count(*) OVER (w ROWS 1 PRECEDING) FROM people WINDOW w AS (ORDER BY id) ORDER BY id;
SELECT id, sum(score) OVER b FROM people WINDOW a AS (PARTITION BY dept), b AS (a ORDER BY id) ORDER BY id;
SELECT id, sum(score) OVER nosuch FROM people;
SELECT id, sum(score) OVER W FROM people WINDOW w AS (ORDER BY id) ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY id ROWS 1 PRECEDING) FROM people ORDER BY id;
SELECT id, max_by(name, score) OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, avg(score) OVER (ORDER BY id), stddev(score) OVER (PARTITION BY dept) > 0 FROM people ORDER BY id;
-- differs: Trino has no FILTER there yet; here it runs
SELECT id, count(*) FILTER (WHERE score > 50) OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, rank() OVER (ORDER BY rank() OVER (ORDER BY id)) FROM people;
SELECT id FROM people WHERE row_number() OVER (ORDER BY id) = 1;
SELECT id FROM people ORDER BY row_number() OVER (ORDER BY salary DESC, id) LIMIT 3;
SELECT dept, rank() OVER (ORDER BY count(*) DESC) FROM people GROUP BY dept ORDER BY 2, 1;
SELECT sum(count(*)) OVER () FROM people GROUP BY dept;
SELECT id, lag(dept, 1, 'none') OVER (PARTITION BY city ORDER BY id) FROM people ORDER BY id;
SELECT id, percent_rank() OVER (PARTITION BY dept ORDER BY score), cume_dist() OVER (PARTITION BY dept ORDER BY score) FROM people ORDER BY id;
SELECT id, ntile(3) OVER (PARTITION BY dept ORDER BY id) FROM people ORDER BY id;
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY dept ORDER BY id) AS n FROM people) WHERE n = 1 ORDER BY id;

-- set operations
SELECT v FROM pairs UNION ALL SELECT v FROM others ORDER BY v NULLS FIRST;
SELECT k, v FROM pairs EXCEPT SELECT k, v FROM others;
SELECT k, v FROM pairs INTERSECT SELECT k, v FROM others;
SELECT k, v FROM pairs INTERSECT ALL SELECT k, v FROM others;
SELECT k, v FROM pairs EXCEPT ALL SELECT k, v FROM others;
SELECT 1 AS a UNION ALL SELECT 2 AS b;
SELECT 1 UNION ALL SELECT NULL;
SELECT NULL UNION ALL SELECT NULL;
SELECT NULL UNION SELECT 'a';
SELECT 'a' UNION ALL SELECT 'bc';
SELECT DATE '2020-01-01' UNION ALL SELECT TIMESTAMP '2020-01-02 03:04:05.678';
SELECT ARRAY[1] UNION SELECT ARRAY[2.5];
SELECT ROW(1, 'a') UNION SELECT ROW(2, NULL);
SELECT 1 UNION (SELECT 2 UNION ALL SELECT 2);
SELECT 1 EXCEPT SELECT 1 UNION SELECT 2;
SELECT 1 INTERSECT SELECT 1 UNION SELECT 2;
VALUES 1, 2 UNION VALUES 2, 3;
TABLE pairs UNION TABLE pairs;
(SELECT k FROM pairs ORDER BY k LIMIT 2) UNION ALL (SELECT k FROM others ORDER BY k LIMIT 1);
SELECT k FROM (SELECT k FROM pairs UNION SELECT k FROM others) WHERE k > 1;
-- refused: Athena has none
SELECT k AS a, v AS b FROM pairs UNION CORRESPONDING SELECT v AS b, k AS a FROM others;

-- subqueries
SELECT id FROM people p WHERE salary = (SELECT max(salary) FROM people q WHERE q.dept = p.dept) ORDER BY id;
SELECT id FROM people p WHERE score > ALL (SELECT score FROM people q WHERE q.dept = p.dept AND q.id < p.id) ORDER BY id;
SELECT id FROM people WHERE (dept, city) IN (SELECT dept, city FROM people WHERE id < 4) ORDER BY id;
SELECT id FROM people WHERE (dept, city) IN (VALUES ('lab', 'Oslo'), ('shop', 'Lima')) ORDER BY id;
SELECT id FROM people WHERE ROW(dept, city) = ROW('lab', 'Oslo') ORDER BY id;
SELECT id FROM people WHERE (dept, city) IN (('lab', 'Oslo'), ('shop', 'Lima')) ORDER BY id;
SELECT (1, 2) IN ((1, 2), (3, NULL)), (1, 2) IN ((1, NULL)), (1, 2) NOT IN ((1, 3));
SELECT id FROM people WHERE id = ANY (VALUES 1, 3, 5) ORDER BY id;
SELECT id FROM people WHERE id <= ALL (SELECT person FROM sales) ORDER BY id;
SELECT id FROM people WHERE id < ALL (SELECT person FROM sales WHERE false) ORDER BY id;
SELECT id FROM people WHERE id < ANY (SELECT person FROM sales WHERE false) ORDER BY id;
SELECT id FROM people WHERE id <> ANY (SELECT person FROM sales WHERE person = 1) ORDER BY id;
SELECT id FROM people WHERE id = ALL (SELECT person FROM sales WHERE person = 1) ORDER BY id;
SELECT EXISTS (SELECT 1), EXISTS (SELECT 1 WHERE false), NOT EXISTS (SELECT NULL);
SELECT id, EXISTS (SELECT * FROM sales s WHERE s.person = p.id AND s.quantity > 5) FROM people p ORDER BY id;
SELECT id, id IN (SELECT person FROM sales) FROM people ORDER BY id;
SELECT id, score IN (SELECT score FROM people WHERE id < 5) FROM people ORDER BY id;
SELECT id, (SELECT name FROM people b WHERE b.id = p.boss) FROM people p ORDER BY id;
SELECT id, (SELECT sum(amount) FROM sales s WHERE s.person = p.id AND s.day > p.born) FROM people p ORDER BY id;
SELECT (SELECT max(id) FROM people) + 1, (SELECT name FROM people WHERE id = 100);
SELECT (SELECT ROW(id, name) FROM people WHERE id = 1);
SELECT (SELECT id, name FROM people WHERE id = 1);
SELECT id FROM people p ORDER BY (SELECT count(*) FROM sales s WHERE s.person = p.id) DESC, id;
SELECT id FROM people GROUP BY id HAVING count(*) = (SELECT 1) ORDER BY id;
SELECT max((SELECT count(*) FROM sales s WHERE s.person = p.id)) FROM people p;
SELECT CASE WHEN EXISTS (SELECT 1 FROM sales) THEN 'y' ELSE 'n' END;
-- differs: Trino cannot take it apart; here it runs
SELECT (SELECT count(*) FROM people q WHERE q.id IN (SELECT person FROM sales s WHERE s.quantity = p.score)) FROM people p ORDER BY id;
SELECT id FROM people WHERE id IN (SELECT person, id FROM sales);
SELECT id FROM people WHERE id IN (SELECT name FROM people);
SELECT id FROM people p WHERE NOT (id IN (SELECT person FROM sales WHERE person < p.id)) ORDER BY id;

-- rows, arrays, maps
SELECT ROW(1, 'a', NULL)[1], ROW(1, 'a', NULL)[2], ROW(1, 'a')[2];
SELECT ROW(1, 'a')[0];
SELECT ROW(1, 'a')[3];
SELECT rw[1], rw[2] FROM kinds ORDER BY id;
SELECT rw[1 + 1] FROM kinds;
SELECT ar[1].y FROM kinds WHERE id = 1;
SELECT ROW(1, 2).field0;
SELECT CAST(ROW(1, 2) AS ROW(a integer, b integer)).*;
SELECT (CAST(ROW(1, 2) AS ROW(a integer, b integer))).*;
SELECT ROW(1, 2).*;
-- differs: * of a column that is a row gives its fields
SELECT rw.* FROM kinds ORDER BY id;
SELECT k.rw.* FROM kinds k ORDER BY id;
-- differs: * of a column that is a row gives its fields
SELECT rw.* AS (a, b) FROM kinds ORDER BY id;
SELECT p.* AS (a, b) FROM pairs p;
SELECT p.* AS (a) FROM pairs p;
SELECT * AS (a, b) FROM pairs p;
SELECT nosuch.* FROM pairs;
SELECT id.* FROM people;
SELECT t.* FROM (SELECT 1 AS a, 2 AS b) t;
SELECT t.x, t.* FROM (VALUES (1, 'a')) AS t(x, y);
SELECT ROW(1, 2) = ROW(1, 2), ROW(1, NULL) = ROW(1, 2), ROW(1, 2) < ROW(1, 3), ROW(1, NULL) = ROW(2, NULL);
SELECT ROW(1, 2) IS NULL, ROW(NULL, NULL) IS NULL, ROW(1, NULL) IS DISTINCT FROM ROW(1, NULL);
SELECT ARRAY[1, 2] = ARRAY[1, 2], ARRAY[1, NULL] = ARRAY[1, 2], ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1] < ARRAY[1, 0];
SELECT MAP(ARRAY[1], ARRAY[2]) = MAP(ARRAY[1], ARRAY[2]), MAP() = MAP();
SELECT ai[1] FROM kinds WHERE cardinality(ai) > 0 ORDER BY id;
SELECT ai[9] FROM kinds;
SELECT ai[0] FROM kinds WHERE id = 1;
SELECT ai[-1] FROM kinds WHERE id = 1;
SELECT mp['a'] FROM kinds WHERE id IN (1, 10);
SELECT mp['zzz'] FROM kinds;
SELECT ARRAY[ARRAY[1, 2], ARRAY[3]][2][1];
SELECT MAP(ARRAY['a', 'b'], ARRAY[ROW(1, 2), ROW(3, 4)])['b'][2];
SELECT ARRAY[], ARRAY[NULL], MAP();
SELECT typeof(ARRAY[1, 2.5]), typeof(ROW(1, 'a')), typeof(MAP(ARRAY['a'], ARRAY[1]));

-- unnest
SELECT * FROM UNNEST(ARRAY[]) AS t(x);
SELECT * FROM UNNEST(ARRAY[1, NULL, 3]) AS t(x);
SELECT * FROM UNNEST(CAST(NULL AS array(integer))) AS t(x);
SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY[3]) WITH ORDINALITY AS t(x, y, n);
SELECT * FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), ARRAY[9]) WITH ORDINALITY AS t(k, v, x, n);
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')], ARRAY['x', 'y', 'z']) AS t(a, b, c);
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a')]) AS t(a);
SELECT * FROM UNNEST(ARRAY[CAST(ROW(1, 'a') AS ROW(p integer, q varchar))]);
SELECT id, a FROM kinds, UNNEST(av) AS t(a) ORDER BY id, a;
SELECT id, a, n FROM kinds LEFT JOIN UNNEST(av) WITH ORDINALITY AS t(a, n) ON true ORDER BY id, n;
SELECT id, x, a FROM kinds CROSS JOIN UNNEST(ai, av) AS t(x, a) ORDER BY id, x, a;
SELECT id, k, v, n FROM kinds LEFT JOIN UNNEST(mp) WITH ORDINALITY AS t(k, v, n) ON true WHERE id IN (1, 2, 3, 5) ORDER BY id, k;
SELECT id, x, y FROM kinds LEFT JOIN UNNEST(ar) AS t(x, y) ON true ORDER BY id, x, y;
SELECT count(*) FROM kinds CROSS JOIN UNNEST(ai) AS a(x) CROSS JOIN UNNEST(av) AS b(y);
SELECT x FROM UNNEST(ARRAY[ARRAY[1, 2], ARRAY[3]]) AS t(x) ORDER BY x;
SELECT y FROM UNNEST(ARRAY[ARRAY[1, 2], ARRAY[3]]) AS t(x) CROSS JOIN UNNEST(x) AS u(y) ORDER BY y;
SELECT * FROM UNNEST(1);
SELECT * FROM UNNEST(sequence(1, 3)) AS t(n) CROSS JOIN UNNEST(sequence(1, n)) AS u(m) ORDER BY n, m;
SELECT (SELECT sum(x) FROM UNNEST(ai) AS t(x)) FROM kinds WHERE id IN (1, 2, 6, 7) ORDER BY id;
-- differs: Trino cannot take it apart; here it runs
SELECT id FROM kinds WHERE EXISTS (SELECT 1 FROM UNNEST(ai) AS t(x) WHERE x > 4) ORDER BY id;
-- differs: Trino cannot take it apart; here it runs
SELECT t.x FROM kinds LEFT JOIN UNNEST(ai) AS t(x) ON t.x > 1;

-- values
VALUES (1, 'a', NULL), (2.5, 'bcd', DATE '2020-01-01');
VALUES ROW(1, 2), ROW(3, 4);
VALUES (1, 2), (3);
VALUES 1, 'a';
SELECT * FROM (VALUES (1, ARRAY[1]), (2, ARRAY[])) AS t(a, b) ORDER BY a;
SELECT * FROM (VALUES ROW(ROW(1, 2))) AS t(a);
SELECT count(*) FROM (VALUES NULL, NULL);
SELECT a.x + b.x FROM (VALUES 1, 2) a(x), (VALUES 10, 20) b(x) ORDER BY 1;
VALUES (1), (2);
SELECT (VALUES 1);

-- predicates
SELECT 1 BETWEEN 0 AND 2, 1 NOT BETWEEN 0 AND 2, NULL BETWEEN 0 AND 2, 1 BETWEEN 2 AND NULL, 1 BETWEEN 0 AND NULL;
SELECT 1 BETWEEN SYMMETRIC 2 AND 0;
SELECT 1 IN (1, NULL), 2 IN (1, NULL), NULL IN (1), 2 NOT IN (1, NULL), 1 IN (1.0, 2e0);
SELECT NULL = NULL, NULL IS NULL, NULL IS NOT DISTINCT FROM NULL, 1 IS DISTINCT FROM NULL, 1 <> NULL;
SELECT true AND NULL, false AND NULL, true OR NULL, false OR NULL, NOT CAST(NULL AS boolean);
SELECT 'abc' LIKE 'a%', 'abc' LIKE 'A%', 'a%c' LIKE 'a$%c' ESCAPE '$', '' LIKE '', NULL LIKE 'a', 'a' LIKE NULL, 'a' NOT LIKE 'b';
SELECT 'a' LIKE 'a' ESCAPE '', 'x' LIKE 'x\';
SELECT id FROM kinds WHERE s LIKE '%\_%' ESCAPE '\' ORDER BY id;
SELECT id FROM kinds WHERE s LIKE '__' ORDER BY id;
SELECT 'a' LIKE 'a$' ESCAPE '$';
-- differs: the parser is newer than Trino 476
SELECT true IS TRUE;
SELECT 1 = 1.0, 1 = 1e0, 1.5 > 1, 'a' < 'b', 'a' = 'a ';
SELECT 1 = '1';
SELECT DATE '2020-01-01' < TIMESTAMP '2020-01-01 00:00:01', DATE '2020-01-01' = TIMESTAMP '2020-01-01 00:00:00';
SELECT DATE '2020-01-01' < '2020-01-02';
SELECT nan() = nan(), nan() IS DISTINCT FROM nan(), nan() > 1e0, nan() < 1e0, nan() <> nan();
SELECT id FROM kinds WHERE d > 1e300 ORDER BY id;
SELECT id FROM kinds WHERE d = d ORDER BY id;
SELECT id FROM kinds WHERE d BETWEEN -1e308 AND 1e308 ORDER BY id;
SELECT id FROM kinds WHERE d IN (nan(), 42e0) ORDER BY id;
SELECT (1, 2) < (1, 3), (1, 'b') >= (1, 'a');
SELECT unique (SELECT 1);
SELECT (DATE '2020-01-01', DATE '2020-02-01') OVERLAPS (DATE '2020-01-15', DATE '2020-03-01');

-- case, coalesce, try, lambdas
SELECT CASE 1 WHEN 1 THEN 'a' WHEN 1 THEN 'b' END, CASE NULL WHEN NULL THEN 1 ELSE 2 END, CASE WHEN NULL THEN 1 END;
SELECT CASE WHEN score > 50 THEN score ELSE 0.5 END FROM people ORDER BY id;
SELECT CASE score WHEN 70 THEN 'seventy' WHEN 0 THEN 'none' ELSE CAST(score AS varchar) END FROM people ORDER BY id;
SELECT if(score > 50, 'y', 'n'), if(score > 50, 1), nullif(score, 70), coalesce(score, -1, 1 / 0) FROM people ORDER BY id;
SELECT TRY(1 / 0), TRY(CAST('x' AS integer)), TRY(ARRAY[1][5]), TRY(9223372036854775807 + 1), TRY(1);
SELECT TRY(10 / score), TRY(CAST(name AS integer)) FROM people ORDER BY id;
SELECT 10 / score FROM people;
SELECT id FROM people WHERE score <> 0 AND 100 / score > 1 ORDER BY id;
SELECT transform(ai, x -> x + id) FROM kinds WHERE id IN (1, 2, 6, 7) ORDER BY id;
SELECT filter(ai, x -> x > 1), any_match(ai, x -> x = 5), reduce(ai, 0, (s, x) -> s + coalesce(x, 0), s -> s) FROM kinds WHERE id IN (1, 2, 6, 8) ORDER BY id;
SELECT zip_with(ai, av, (x, y) -> CAST(x AS varchar) || y) FROM kinds WHERE id IN (1, 7) ORDER BY id;
SELECT transform_values(mp, (k, v) -> v + length(k)), map_filter(mp, (k, v) -> v > 1) FROM kinds WHERE id IN (1, 6, 10) ORDER BY id;
SELECT transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x + y));
SELECT transform(ARRAY[1, 2], x -> (SELECT 1));
-- refused: lambdas stand in calls only
SELECT (x -> x + 1);
SELECT TIMESTAMP '2020-01-01 10:00:00 UTC' AT TIME ZONE 'America/New_York', TIMESTAMP '2020-06-01 10:00:00' AT TIME ZONE 'Europe/Madrid';
SELECT tz AT TIME ZONE 'Asia/Tokyo' FROM kinds WHERE id < 8 ORDER BY id;
SELECT DATE '2020-01-31' + INTERVAL '1' MONTH, DATE '2020-02-29' - INTERVAL '1' YEAR, TIMESTAMP '2020-01-01 00:00:00' + INTERVAL '1 02:03:04.5' DAY TO SECOND;
SELECT dt + INTERVAL '1' DAY, ts - INTERVAL '2' HOUR FROM kinds WHERE id IN (1, 2, 6, 7, 8) ORDER BY id;
SELECT INTERVAL '1' YEAR + INTERVAL '2' MONTH, INTERVAL '1' DAY - INTERVAL '25' HOUR, 2 * INTERVAL '3' SECOND, INTERVAL '10' SECOND / 4;

-- names
SELECT "id" FROM people ORDER BY 1 LIMIT 1;
SELECT "ID" FROM "PEOPLE" ORDER BY 1 LIMIT 1;
SELECT PEOPLE.Id FROM People ORDER BY 1 LIMIT 1;
SELECT 1 AS "a b", 2 AS "É", 3 AS "select";
SELECT 1 AS a, 2 AS a;
SELECT a FROM (SELECT 1 AS a, 2 AS a);
SELECT * FROM (SELECT 1 AS a, 2 AS a);
SELECT * FROM (SELECT 1, 2);
SELECT x.a FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y;
SELECT t.a FROM (SELECT 1) AS t(a);
SELECT t.b FROM (SELECT 1) AS t(a);
SELECT * FROM people AS p(a, b);
SELECT a FROM (SELECT 1 AS a) WHERE a = 1 ORDER BY a;
SELECT 1 AS a ORDER BY a;
SELECT 1 AS a WHERE a = 1;
SELECT 1 AS a, a + 1;
SELECT 1 WHERE NULL;
SELECT 1 WHERE 1;
SELECT count(*);
SELECT id, count(*) OVER () FROM people WHERE dept = 'lab' ORDER BY id;
WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a;
WITH a(x, y) AS (SELECT 1) SELECT * FROM a;
WITH a AS (SELECT 1) SELECT * FROM a;
WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT * FROM a;
SELECT 1 -- a comment
  , 2 /* another */;
-- refused here and there
-- refused: by name
SELECT * FROM TABLE(sequence(1, 3));
SELECT * FROM people PIVOT (count(*) FOR dept IN ('lab', 'shop'));
-- refused: by name
SELECT * FROM people MATCH_RECOGNIZE (ORDER BY id MEASURES a.id AS x PATTERN (a) DEFINE a AS true);
SELECT * FROM nosuch.people;
SELECT * FROM people FOR VERSION AS OF 1;
WITH w AS (SELECT random() AS r) SELECT a.r = b.r FROM w a, w b;
WITH w AS (SELECT uuid() AS r FROM UNNEST(sequence(1, 3)) t(i)), v AS (SELECT r FROM w) SELECT count(*) FROM v a JOIN v b ON a.r = b.r;
WITH w AS (SELECT i, random() AS r FROM UNNEST(sequence(1, 3)) t(i)) SELECT count(*) FROM (SELECT * FROM w INTERSECT SELECT * FROM w) x;
WITH w AS (SELECT shuffle(sequence(1, 1000)) AS r) SELECT a.r = b.r FROM w a, w b;
WITH w AS (SELECT 'random()' AS r) SELECT a.r = b.r FROM w a, w b;
WITH w AS (SELECT 's' AS k, sum(i) AS n FROM UNNEST(ARRAY[1, 2]) t(i) GROUP BY 1 UNION ALL SELECT 't', max(i) FROM UNNEST(ARRAY[3, 4]) t(i) GROUP BY 1) SELECT a.n, b.n, c.n, d.n FROM w a, w b, w c, w d WHERE a.k = 's' AND b.k = 't' AND c.k = 's' AND d.k = 't';
