-- Queries over the shared tables, by construct.

-- select
SELECT 1;
SELECT 1 AS one, 'x' AS two;
SELECT * FROM pairs;
SELECT p.* FROM pairs p;
SELECT p.*, 1 AS one FROM pairs AS p (a, b);
SELECT id, b, i, l, r, d, m, w FROM kinds ORDER BY id;
SELECT id, s, dt, tm, ts, tz FROM kinds ORDER BY id;
SELECT id, bin, u, ai, av, mp, rw, ar FROM kinds ORDER BY id;
SELECT DISTINCT dept FROM people ORDER BY dept;
SELECT DISTINCT dept, city FROM people;
SELECT name AS n, salary * 2 AS s FROM people WHERE score > 50 ORDER BY n;
SELECT ALL dept FROM people;
SELECT id FROM people ORDER BY salary DESC NULLS FIRST, id;
SELECT id FROM people ORDER BY salary ASC NULLS LAST, id DESC;
SELECT id FROM people ORDER BY score NULLS FIRST, id;
SELECT id FROM people ORDER BY 1 DESC LIMIT 3;
SELECT id FROM people ORDER BY id OFFSET 4 ROWS LIMIT 3;
SELECT id FROM people ORDER BY id OFFSET 10;
SELECT id FROM people ORDER BY id FETCH FIRST 2 ROWS ONLY;
SELECT id FROM people ORDER BY id FETCH FIRST ROW ONLY;
SELECT id FROM people ORDER BY id LIMIT ALL;
SELECT id FROM people ORDER BY id LIMIT 0;
SELECT id AS name FROM people ORDER BY name LIMIT 3;
SELECT length(name) AS n, count(*) FROM people GROUP BY length(name) ORDER BY n;
SELECT nosuch FROM people;
SELECT id FROM nosuch;
SELECT id, id FROM people ORDER BY id LIMIT 1;
SELECT people.id, p2.id FROM people, people p2 WHERE people.id = p2.boss ORDER BY 2;
SELECT id FROM people p, sales s;
SELECT rw.x, rw.y FROM kinds ORDER BY id;
SELECT k.rw.x FROM kinds k WHERE k.rw.x > 0 ORDER BY id;

-- with
WITH a AS (SELECT id, name FROM people) SELECT * FROM a ORDER BY id LIMIT 2;
WITH a (x) AS (SELECT id FROM people), b AS (SELECT x + 1 AS y FROM a) SELECT max(y) FROM b;
WITH a AS (SELECT 1 AS x), b AS (WITH a AS (SELECT 2 AS x) SELECT * FROM a) SELECT * FROM a, b;
WITH people AS (SELECT 7 AS id) SELECT * FROM people;
SELECT * FROM (WITH a AS (VALUES 1, 2) SELECT * FROM a) ORDER BY 1;

-- joins
SELECT p.k, p.v, o.v FROM pairs p JOIN others o ON p.k = o.k ORDER BY 1, 2 NULLS FIRST, 3 NULLS FIRST;
SELECT p.k, o.k FROM pairs p LEFT JOIN others o ON p.k = o.k AND o.n > 20;
SELECT p.k, o.k FROM pairs p RIGHT JOIN others o ON p.k = o.k;
SELECT p.k, o.k FROM pairs p FULL JOIN others o ON p.k = o.k;
SELECT p.k, o.n FROM pairs p CROSS JOIN others o;
SELECT count(*) FROM pairs, others;
SELECT * FROM pairs JOIN others USING (k);
SELECT k, pairs.v, others.v FROM pairs FULL JOIN others USING (k);
SELECT * FROM pairs LEFT JOIN others USING (k, v);
SELECT * FROM pairs RIGHT JOIN others USING (k, v);
SELECT p.k FROM pairs p JOIN others o ON p.k > o.k;
SELECT a.id, b.id, c.id FROM people a JOIN people b ON a.boss = b.id JOIN people c ON b.boss = c.id ORDER BY 1;
SELECT a.id FROM people a LEFT JOIN (people b JOIN sales s ON b.id = s.person) ON a.id = b.id WHERE s.id IS NULL ORDER BY 1;

-- grouping
SELECT dept, count(*), sum(salary), avg(salary), min(born), max(city) FROM people GROUP BY dept;
SELECT dept, city, count(*) FROM people GROUP BY dept, city;
SELECT dept, city, count(*) FROM people GROUP BY 1, 2;
SELECT dept, city, count(*), grouping(dept, city) FROM people GROUP BY GROUPING SETS ((dept, city), (dept), ());
SELECT dept, city, count(*), grouping(dept, city) FROM people GROUP BY CUBE (dept, city);
SELECT dept, city, sum(score), grouping(city) FROM people GROUP BY ROLLUP (dept, city);
SELECT dept, city, count(*) FROM people GROUP BY dept, ROLLUP (city);
SELECT dept, count(*) FROM people GROUP BY dept HAVING count(*) > 2;
SELECT count(*) FROM people HAVING count(*) > 100;
SELECT count(*), count(score), count(DISTINCT score), sum(score) FROM people;
SELECT count(*), sum(score) FROM people WHERE false;
SELECT dept, sum(score) FROM people WHERE false GROUP BY dept;
SELECT dept, name FROM people GROUP BY dept;
SELECT count(*) FILTER (WHERE score > 50), sum(score) FILTER (WHERE dept = 'lab') FROM people;
SELECT array_agg(id ORDER BY id DESC) FROM people;
SELECT array_agg(DISTINCT score ORDER BY score) FROM people;
SELECT listagg(name, ',') WITHIN GROUP (ORDER BY name) FROM people;
SELECT max_by(name, salary), min_by(name, salary) FROM people;
SELECT sum(m), avg(m), sum(w) FROM kinds WHERE id <> 4;
SELECT sum(l) FROM kinds WHERE l > 0;
SELECT year(day), month(day), sum(amount) FROM sales GROUP BY year(day), month(day) ORDER BY 1, 2;

-- windows
SELECT id, row_number() OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, rank() OVER (PARTITION BY dept ORDER BY salary DESC), dense_rank() OVER (PARTITION BY dept ORDER BY salary DESC) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM people ORDER BY id;
SELECT id, sum(score) OVER (ORDER BY score RANGE BETWEEN 10 PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, count(*) OVER (ORDER BY dept GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM people ORDER BY id;
SELECT id, sum(score) OVER (PARTITION BY dept ORDER BY id) FROM people ORDER BY id;
SELECT id, avg(salary) OVER (PARTITION BY dept) FROM people ORDER BY id;
SELECT id, lag(score) OVER (ORDER BY id), lead(score, 2, -1) OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, lag(score) IGNORE NULLS OVER (ORDER BY id) FROM people ORDER BY id;
SELECT id, first_value(name) OVER w, last_value(name) OVER w FROM people WINDOW w AS (PARTITION BY dept ORDER BY id) ORDER BY id;
SELECT id, ntile(4) OVER (ORDER BY id), percent_rank() OVER (ORDER BY salary), cume_dist() OVER (ORDER BY salary) FROM people ORDER BY id;
SELECT dept, sum(sum(score)) OVER (ORDER BY dept) FROM people GROUP BY dept ORDER BY 1;
SELECT id, nth_value(id, 3) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM people ORDER BY id;

-- set operations
SELECT k FROM pairs UNION SELECT k FROM others;
SELECT k FROM pairs UNION ALL SELECT k FROM others;
SELECT k FROM pairs INTERSECT SELECT k FROM others;
SELECT k FROM pairs INTERSECT ALL SELECT k FROM others;
SELECT k FROM pairs EXCEPT SELECT k FROM others;
SELECT k FROM pairs EXCEPT ALL SELECT k FROM others;
SELECT k, v FROM pairs UNION SELECT k, v FROM others ORDER BY k NULLS FIRST, v NULLS FIRST;
SELECT 1 UNION SELECT 2.5 UNION SELECT 3e0;
SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 2;
(SELECT 1 UNION ALL SELECT 2) EXCEPT SELECT 2;
SELECT 1, 2 UNION SELECT 1;
SELECT 1 UNION SELECT 'x';

-- subqueries
SELECT id FROM people WHERE salary > (SELECT avg(salary) FROM people) ORDER BY id;
SELECT id, (SELECT count(*) FROM people q WHERE q.boss = p.id) FROM people p ORDER BY id;
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM sales s WHERE s.person = p.id) ORDER BY id;
SELECT id FROM people p WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.person = p.id) ORDER BY id;
SELECT id FROM people WHERE id IN (SELECT person FROM sales) ORDER BY id;
SELECT id FROM people WHERE id NOT IN (SELECT person FROM sales) ORDER BY id;
SELECT id FROM people WHERE id NOT IN (SELECT person FROM sales WHERE person IS NOT NULL) ORDER BY id;
SELECT id FROM people WHERE score >= ALL (SELECT score FROM people WHERE score IS NOT NULL) ORDER BY id;
SELECT id FROM people WHERE score > ANY (SELECT score FROM people WHERE dept = 'yard') ORDER BY id;
SELECT id FROM people WHERE score = SOME (SELECT score FROM people WHERE dept = 'lab') ORDER BY id;
SELECT id FROM people WHERE score <> ALL (SELECT score FROM people WHERE dept = 'lab') ORDER BY id;
SELECT (SELECT id FROM people);
SELECT (SELECT id FROM people WHERE false);

-- values, unnest, lateral
VALUES 1, 2, 3;
VALUES (1, 'a'), (2, NULL), (NULL, 'c');
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y) ORDER BY x;
TABLE pairs;
SELECT * FROM UNNEST(ARRAY[1, 2, 3]);
SELECT * FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n);
SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a', 'b', 'c']) AS t(x, y);
SELECT * FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v);
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]) AS t(x, y);
SELECT id, x FROM kinds CROSS JOIN UNNEST(ai) AS t(x) ORDER BY id, x;
SELECT id, x, n FROM kinds CROSS JOIN UNNEST(ai) WITH ORDINALITY AS t(x, n) ORDER BY id, n;
SELECT id, x FROM kinds LEFT JOIN UNNEST(ai) AS t(x) ON true ORDER BY id, x;
SELECT id, k, v FROM kinds CROSS JOIN UNNEST(mp) AS t(k, v) ORDER BY id, k;
SELECT id, x, y FROM kinds CROSS JOIN UNNEST(ar) AS t(x, y) ORDER BY id, x;
SELECT p.id, q.n FROM people p CROSS JOIN LATERAL (SELECT count(*) AS n FROM sales s WHERE s.person = p.id) q ORDER BY 1;
