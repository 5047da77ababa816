-- Division of decimals: through 64 bits where the types say that it is enough, through 128 otherwise; rounded half away from zero.

SELECT a / b, b / a, -a / b, a / -b FROM (VALUES (CAST(1 AS decimal(3,2)), CAST(3 AS decimal(3,0))), (2, 7), (9.99, 999), (0.01, -999), (NULL, 1), (0.05, NULL), (-0.01, 2)) t (a, b);
SELECT a / 2, a / 3, a / -2, a / BIGINT '7', a / SMALLINT '2' FROM (VALUES (CAST(0.01 AS decimal(10,2))), (0.03), (-0.01), (-0.03), (99999999.99), (-99999999.99), (0), (NULL)) t (a);
SELECT a / 0 FROM (VALUES CAST(1.5 AS decimal(5,2))) t (a);
SELECT a / b FROM (VALUES (CAST(1.5 AS decimal(5,2)), CAST(0 AS decimal(5,2)))) t (a, b);
SELECT 1 / b FROM (VALUES CAST(0 AS decimal(38,2))) t (b);
SELECT a / b, a / 1, 1 / b FROM (VALUES (CAST('99999999999999999' AS decimal(17,0)), CAST('99999999999999999' AS decimal(17,0))), (-99999999999999999, 1), (1, -99999999999999999), (50000000000000000, 99999999999999999), (49999999999999999, 99999999999999999)) t (a, b);
SELECT a / b, b / a FROM (VALUES (CAST('999999999999999999' AS decimal(18,0)), CAST('999999999999999999' AS decimal(18,0))), (-999999999999999999, 1), (1, 999999999999999998), (499999999999999999, 999999999999999999)) t (a, b);
SELECT a / b, b / a FROM (VALUES (CAST('0.99999999999999999' AS decimal(17,17)), CAST(9 AS decimal(1,0))), (0.00000000000000001, 2), (-0.00000000000000001, 2), (0.00000000000000001, 3)) t (a, b);
SELECT a / b, b / a FROM (VALUES (CAST('9.9999999' AS decimal(8,7)), CAST('0.0000001' AS decimal(8,7))), (1, 3), (-1, 3), (0.0000001, 9.9999999), (0.0000005, 1)) t (a, b);
SELECT a / b, b / a FROM (VALUES (CAST('999999999999999999999999999999999999.99' AS decimal(38,2)), CAST('1.00' AS decimal(38,2))), (-999999999999999999999999999999999999.99, 0.5)) t (a, b);
SELECT a / b, b / a FROM (VALUES (CAST('9999999999999999.99' AS decimal(38,2)), CAST('-9999999999999999.98' AS decimal(38,2))), (10000000000000000.00, 9999999999999999.99), (10000000000000000.01, 3.00), (0.01, 0.03), (NULL, 1)) t (a, b);
SELECT a / b FROM (VALUES (CAST('1.00000000000000000000' AS decimal(38,20)), CAST('3' AS decimal(38,0))), (0.00000000000000000005, 2)) t (a, b);
SELECT a / b / c FROM (VALUES (CAST(1 AS decimal(5,2)), CAST(3 AS decimal(5,3)), CAST(0.07 AS decimal(4,2))), (-999.99, 0.001, 0.03)) t (a, b, c);
SELECT sum(a) / count(*), avg(a), sum(a) / sum(b) FROM (VALUES (CAST(1.10 AS decimal(7,2)), CAST(3 AS decimal(7,2))), (-2.25, 0.01), (99999.99, 99999.99), (NULL, NULL)) t (a, b);
SELECT sum(a) * 100 / sum(sum(a)) OVER () FROM (VALUES (1, CAST(1.10 AS decimal(7,2))), (2, 3.33), (3, 99999.99)) t (k, a) GROUP BY k;

-- all digits behind the point
SELECT CAST(-0.05 AS varchar), CAST(0.05 AS varchar(10)), TRY(CAST(0.05 AS varchar)), TRY_CAST(0.05 AS varchar);
SELECT CAST(x AS varchar), TRY(CAST(x AS varchar)), TRY_CAST(x AS varchar) FROM (VALUES DECIMAL '0.05', DECIMAL '-0.99', DECIMAL '0.00', NULL) t(x);
SELECT CAST(ARRAY[0.05] AS json), CAST(MAP(ARRAY[0.05], ARRAY[0.05]) AS json), json_format(CAST(0.05 AS json));
SELECT array_join(ARRAY[0.05, -0.5], ','), CAST(ARRAY[0.05] AS array(varchar)), CAST(ARRAY[0.05] AS array(varchar(5)));
SELECT format('%s', 0.05), json_object('a': 0.05), json_array(0.05), listagg(CAST(x AS varchar), ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 0.05) t(x);
SELECT transform(ARRAY[0.05], x -> CAST(x AS varchar)), CAST(MAP(ARRAY[0.05], ARRAY[0.05]) AS map(varchar, varchar)), CAST(ROW(0.05, 1) AS ROW(a varchar, b varchar));
SELECT CAST(CAST(0.05 AS decimal(38,38)) AS varchar), CAST(CAST(-0.5 AS decimal(37,37)) AS varchar), CAST(CAST(NULL AS decimal(38,38)) AS varchar);
SELECT json_exists('{"a": 0.05}', 'lax $.a ? (@ == $x)' PASSING 0.05 AS "x"), CAST(CAST(JSON '0.05' AS decimal(2,2)) AS varchar), '0.05' = CAST(0.05 AS varchar);
