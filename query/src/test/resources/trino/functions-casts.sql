-- Casts: each function with usual, null, empty, negative and boundary inputs.

SELECT regexp_like('٣','\d');
SELECT regexp_like('é','\w');
SELECT regexp_like(U&'\00a0','\s');
-- refused: type char(n) is refused by name
SELECT length(CAST('ab' AS char(5)));
-- refused: type char(n) is refused by name
SELECT CAST(CAST('ab' AS char(5)) AS varchar) || '|';
-- refused: type char(n) is refused by name
SELECT CAST('ab' AS char(5)) || 'x';
-- refused: type char(n) is refused by name
SELECT typeof(CAST('ab' AS char(5)) || 'x');
-- refused: type char(n) is refused by name
SELECT CAST('ab' AS char(5)) = 'ab';
-- refused: type char(n) is refused by name
SELECT CAST('ab' AS char(5)) = 'ab ';
-- refused: type char(n) is refused by name
SELECT typeof(coalesce(CAST('ab' AS char(5)), 'abcdefg'));
-- refused: type char(n) is refused by name
SELECT upper(CAST('ab' AS char(5))) || '|';
-- refused: type char(n) is refused by name
SELECT typeof(upper(CAST('ab' AS char(5))));
-- refused: type char(n) is refused by name
SELECT CAST('ab' AS char(5));
-- refused: type char(n) is refused by name
SELECT typeof(substr(CAST('ab' AS char(5)),1));
-- refused: type char(n) is refused by name
SELECT CAST('abcdef' AS char(3));
-- refused: type char(n) is refused by name
SELECT CAST(12 AS char(3));
-- refused: type char(n) is refused by name
SELECT reverse(CAST('ab' AS char(3)));
SELECT typeof(lower('abc'));
SELECT typeof(trim('abc'));
-- differs: the longest that a text can be is not known of every function
SELECT typeof(replace('abc','b','xx'));
SELECT typeof(reverse('abc'));
SELECT typeof(substr('abc',2));
SELECT typeof(split('abc',','));
SELECT typeof(concat('a','b'));
SELECT typeof('a'||'b');
SELECT typeof(lpad('a',3,'x'));
SELECT typeof(upper('a'));
-- differs: the longest that a text can be is not known of every function
SELECT typeof(regexp_replace('a','b','c'));
SELECT typeof(array_agg(1));
SELECT typeof(year(DATE '2020-01-01'));
SELECT typeof(from_unixtime(1));
SELECT typeof(date_parse('2020','%Y'));
SELECT typeof(parse_datetime('2020','yyyy'));
SELECT json_parse('{"b":1,"a":2.50, "c":1e2, "a":3, "d":12345678901234567890123}');
SELECT json_extract('{"b":1,"a":2.50, "c":{"z":1,"y":1e2}}','$.c');
SELECT json_extract_scalar('{"a":1, bad','$.a');
SELECT json_extract('{"a":2.50}','$.a');
SELECT json_extract_scalar('{"a":2.50}','$.a');
SELECT json_extract_scalar('{"a":true}','$.a');
SELECT json_extract_scalar('{"a":null}','$.a');
SELECT json_extract('{"a":null}','$.a');
SELECT json_extract('{"a":[{"b":1},{"b":2}]}','$.a[*].b');
SELECT json_extract('{"a":[{"b":1},{"b":2}]}','$..b');
SELECT json_extract_scalar('[1,2]','$[0]');
SELECT json_extract_scalar('[1,2]','$[-1]');
SELECT json_extract('{"a":1}','a');
SELECT json_extract_scalar('{"a":1}','a');
SELECT CAST(ROW(1,'a') AS json);
SELECT CAST(MAP(ARRAY['b','a'],ARRAY[1,2]) AS json);
SELECT CAST(1.50 AS json);
SELECT CAST(1.5e0 AS json);
SELECT CAST(REAL '1.5' AS json);
SELECT CAST('a"b' AS json);
SELECT CAST(DATE '2020-01-01' AS json);
SELECT CAST(TIMESTAMP '2020-01-01 01:02:03' AS json);
SELECT CAST(JSON '[1,"a",null]' AS array(varchar));
SELECT CAST(JSON '{"a":1,"b":"x"}' AS ROW(a integer, b varchar));
SELECT CAST(JSON '[1,"x"]' AS ROW(a integer, b varchar));
SELECT CAST(JSON '{"a":[1,2]}' AS map(varchar,array(integer)));
SELECT CAST(JSON '1.7' AS integer);
SELECT CAST(JSON '"1"' AS integer);
SELECT CAST(JSON 'null' AS integer);
SELECT CAST(JSON 'true' AS varchar);
SELECT CAST(JSON '1e2' AS varchar);
SELECT CAST(JSON '1.0' AS varchar);
SELECT CAST(JSON '{"a":1}' AS varchar);
-- refused: more than six digits of a second
SELECT CAST(TIMESTAMP '2020-01-02 03:04:05.123456789' AS varchar);
-- refused: more than six digits of a second
SELECT TIMESTAMP '2020-01-02 03:04:05.123456789';
-- refused: time with time zone is refused by name
SELECT typeof(TIME '03:04:05+02:00');
-- refused: time with time zone is refused by name
SELECT TIME '03:04:05+02:00';
-- refused: time with time zone is refused by name
SELECT current_time IS NOT NULL;
SELECT TIMESTAMP '2020-01-02 03:04:05 +02:30';
SELECT TIMESTAMP '2020-01-02 03:04:05 UTC' AT TIME ZONE '+05:45';
SELECT nan() = nan();
SELECT nan() > 1;
SELECT nan() < 1;
SELECT nan() <> nan();
SELECT 1 < nan();
SELECT nan() IS DISTINCT FROM nan();
SELECT max(x) FROM (VALUES nan(), 1.0) t(x);
SELECT min(x) FROM (VALUES nan(), 1.0) t(x);
SELECT greatest(nan(), 1.0);
SELECT array_max(ARRAY[nan(), 1e0]);
SELECT x FROM (VALUES nan(), 1e0, infinity()) t(x) ORDER BY x DESC;
SELECT array_sort(ARRAY[nan(), 1e0, infinity()]);
SELECT count(*) FROM (SELECT DISTINCT x FROM (VALUES nan(), nan()) t(x));
SELECT upper('ß');
SELECT lower('İ');
SELECT replace('abc','','x');
SELECT split_part('abc','',1);
SELECT split_part('abc','',2);
SELECT CAST(0.1e0 AS varchar);
SELECT CAST(1e7 AS varchar);
SELECT CAST(1e-5 AS varchar);
SELECT CAST(REAL '1.1' AS varchar);
SELECT CAST(REAL '1e10' AS varchar);
SELECT 1e-5;
SELECT REAL '1e10';
SELECT CAST(1e300*1e10 AS varchar);
SELECT CAST(1.5e0 AS decimal(10,1));
SELECT CAST(1.25e0 AS decimal(10,1));
SELECT CAST(-1.25e0 AS decimal(10,1));
SELECT CAST(REAL '1.25' AS decimal(10,1));
SELECT CAST(1e40 AS decimal(10,1));
SELECT CAST('1.2345' AS decimal(10,2));
SELECT CAST(' 1.5 ' AS decimal(10,2));
SELECT CAST('1e2' AS decimal(10,2));
SELECT CAST(' 1.5' AS double);
SELECT CAST('1.5 ' AS double);
SELECT CAST('infinity' AS double);
SELECT CAST('Infinity' AS double);
SELECT CAST('nan' AS double);
SELECT CAST('NaN' AS double);
-- differs: numbers in SQL's spelling only
SELECT CAST('1d' AS double);
-- differs: numbers in SQL's spelling only
SELECT CAST('0x1p3' AS double);
SELECT CAST('+5' AS integer);
SELECT CAST('5 ' AS integer);
SELECT CAST('' AS integer);
SELECT CAST('99999999999999999999' AS bigint);
SELECT CAST(1e20 AS bigint);
SELECT CAST(nan() AS bigint);
SELECT CAST(nan() AS integer);
SELECT CAST(infinity() AS bigint);
SELECT CAST(1e10 AS integer);
SELECT CAST(REAL '3e9' AS integer);
SELECT CAST(123456.7 AS smallint);
SELECT CAST(2.5e0 AS smallint);
SELECT CAST(true AS integer);
SELECT CAST(true AS double);
SELECT CAST(true AS decimal(3,1));
-- differs: type char(n) is refused by name
SELECT CAST(true AS varchar(2));
SELECT CAST(1 AS boolean);
SELECT CAST(0e0 AS boolean);
SELECT CAST(1.0 AS boolean);
SELECT CAST('TRUE' AS boolean);
SELECT CAST(' true' AS boolean);
SELECT CAST(' 2020-01-02 ' AS date);
SELECT CAST('2020-1-2' AS date);
SELECT CAST('2020-01-02 00:00:00' AS date);
-- differs: years of four digits only
SELECT CAST('-0001-01-02' AS date);
-- differs: years of four digits only
SELECT CAST('10000-01-02' AS date);
SELECT CAST('2020-01-02 3:4' AS timestamp);
SELECT CAST('2020-01-02T03:04:05' AS timestamp);
SELECT CAST('2020-01-02 03:04:05.6789' AS timestamp);
-- differs: more than six digits of a second
SELECT CAST('2020-01-02 03:04:05.123456789' AS timestamp(6));
-- differs: a text with a zone is no timestamp
SELECT CAST('2020-01-02 03:04:05 UTC' AS timestamp);
SELECT CAST('2020-01-02 03:04:05' AS timestamp with time zone);
SELECT CAST('2020-01-02 03:04:05 America/New_York' AS timestamp with time zone);
SELECT CAST('03:04:05' AS time);
SELECT CAST('3:4' AS time);
SELECT CAST('03:04:05.6789' AS time(2));
-- refused: time with time zone is refused by name
SELECT CAST('03:04:05+01:00' AS time with time zone);
SELECT CAST('x' AS uuid);
SELECT CAST('12151fd2-7586-11e9-8f9e-2a86e4085a59' AS uuid);
SELECT CAST('12151FD2758611E98F9E2A86E4085A59' AS uuid);
SELECT CAST(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' AS varbinary);
SELECT CAST(X'12151fd2758611e98f9e2a86e4085a59' AS uuid);
SELECT CAST('abc' AS varbinary);
SELECT CAST(X'6162' AS varchar);
SELECT CAST(DATE '2020-01-01' AS timestamp with time zone);
SELECT CAST(TIMESTAMP '2020-01-02 03:04:05.678' AS time);
SELECT CAST(TIME '03:04:05.678' AS time(0));
SELECT CAST(TIMESTAMP '2020-01-02 03:04:05 UTC' AS time);
SELECT CAST(INTERVAL '2' DAY AS varchar);
SELECT CAST(INTERVAL '2' MONTH AS varchar);
SELECT CAST(ARRAY[1,2] AS json);
SELECT CAST(MAP(ARRAY[1],ARRAY[2]) AS map(varchar,double));
SELECT CAST(ROW(1,2) AS ROW(a varchar,b double));
