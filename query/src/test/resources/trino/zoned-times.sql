-- Times of day at an offset.

SELECT TIME '01:02:03.123456789', typeof(TIME '01:02:03.123456789');
-- refused: more digits than the engine has
SELECT TIME '01:02:03.123456789012';
SELECT TIME '01:02:03+05:30', typeof(TIME '01:02:03+05:30'), TIME '01:02:03 -08:00', TIME '23:59:59.999999999 +14:00', TIME '00:00 Z';
SELECT CAST('01:02:03.123456+05:30' AS time(6) with time zone);
SELECT TIME '01:02:03+05:30' = TIME '00:02:03+04:30', TIME '01:02:03+05:30' < TIME '01:02:03+00:00', TIME '01:02:03+00:00' < TIME '01:02:03-01:00';
SELECT TIME '01:02:03+05:30' < TIME '23:02:03-08:00', TIME '23:30:00-08:00' < TIME '00:00:00+00:00';
-- refused: one column has one offset
SELECT x FROM (VALUES TIME '01:02:03+05:30', TIME '00:00:00+00:00', TIME '23:30:00-08:00', TIME '12:00:00+12:00') t(x) ORDER BY x;
-- refused: one column has one offset
SELECT x, count(*) FROM (VALUES TIME '01:02:03+05:30', TIME '00:02:03+04:30', TIME '23:30:00-08:00') t(x) GROUP BY x ORDER BY x;
SELECT CAST(TIME '01:02:03+05:30' AS time), CAST(TIME '01:02:03.9+05:30' AS time(0)), typeof(CAST(TIME '01:02:03+05:30' AS time));
SELECT CAST(TIME '01:02:03' AS time with time zone), CAST(TIME '01:02:03.123456789' AS time(6) with time zone);
SELECT CAST(TIME '01:02:03+05:30' AS varchar), CAST(TIME '01:02:03.123+05:30' AS varchar);
-- refused: the offset changes with the moment
SELECT CAST(TIMESTAMP '2020-01-01 01:02:03 America/New_York' AS time with time zone), CAST(TIMESTAMP '2020-07-01 01:02:03.456789 America/New_York' AS time(3) with time zone);
SELECT CAST(TIMESTAMP '2020-01-01 01:02:03' AS time with time zone);
-- refused: today's date is not added to a time
SELECT CAST(TIME '01:02:03+05:30' AS timestamp with time zone) IS NULL;
-- refused: today's date is not added to a time
SELECT CAST(TIME '01:02:03+05:30' AS timestamp) IS NULL;
SELECT TIME '01:02:03+05:30' AT TIME ZONE '+02:00';
-- refused: the offset is that of today
SELECT TIME '01:02:03+05:30' AT TIME ZONE 'America/New_York' IS NULL;
SELECT TIME '01:02:03' AT TIME ZONE '+02:00';
SELECT hour(TIME '01:02:03+05:30'), minute(TIME '01:02:03+05:30'), second(TIME '01:02:03+05:30'), millisecond(TIME '01:02:03.567+05:30'), timezone_hour(TIME '01:02:03+05:30'), timezone_minute(TIME '01:02:03+05:30');
SELECT timezone_hour(TIME '01:02:03-05:30'), timezone_minute(TIME '01:02:03-05:30'), extract(hour FROM TIME '01:02:03+05:30'), extract(timezone_hour FROM TIME '01:02:03+05:30');
SELECT date_trunc('hour', TIME '01:02:03+05:30'), date_add('hour', 23, TIME '01:02:03+05:30'), date_diff('minute', TIME '01:02:03+05:30', TIME '01:02:03+00:00');
SELECT TIME '01:02:03+05:30' + INTERVAL '1' HOUR, TIME '01:02:03+05:30' - INTERVAL '2' HOUR, typeof(TIME '01:02:03+05:30' + INTERVAL '1' HOUR);
SELECT TIME '01:02:03+05:30' - TIME '01:02:03+00:00';
SELECT typeof(current_time), typeof(current_time(9)), typeof(localtime), typeof(localtime(9)), typeof(current_time(0)), typeof(current_timestamp(9)), typeof(localtimestamp(9));
SELECT current_time IS NOT NULL, current_time = current_time;
-- refused: one column has one offset
SELECT typeof(coalesce(TIME '01:02:03', TIME '01:02:03+05:30')), coalesce(TIME '01:02:03', TIME '01:02:03+05:30');
SELECT TIME '01:02:03' = TIME '01:02:03+00:00';
SELECT typeof(coalesce(TIME '01:02:03.1+05:30', TIME '01:02:03.123+05:30'));
SELECT CAST(NULL AS time with time zone), CAST('25:00:00+00:00' AS time with time zone);
SELECT TRY_CAST('25:00:00+00:00' AS time with time zone), TRY_CAST('x' AS time with time zone), TRY_CAST('01:02:03' AS time with time zone);
SELECT CAST('01:02:03' AS time with time zone), CAST('01:02' AS time with time zone);
SELECT format_datetime(TIME '01:02:03+05:30', 'HH');
SELECT min(x), max(x), count(DISTINCT x) FROM (VALUES TIME '01:02:03+05:30', TIME '00:00:00+05:30') t(x);
SELECT TIME '25:00:00+00:00';
SELECT TIME '01:02:03+15:00';
SELECT TIME '01:02:03+14:01';
SELECT TIME '01:02:03 UTC';
SELECT TIME '01:02:03 America/New_York';
SELECT ARRAY[TIME '01:02:03+05:30'], ROW(TIME '01:02:03+05:30');
SELECT CAST(ARRAY[TIME '01:02:03+05:30'] AS json);
SELECT to_iso8601(TIME '01:02:03+05:30');
SELECT CAST(TIME '23:59:59.9999+05:30' AS time(3) with time zone);
SELECT TIME '01:02:03+05:30' IN (TIME '00:02:03+04:30'), TIME '01:02:03+05:30' BETWEEN TIME '00:00:00+05:30' AND TIME '02:00:00+05:30';
SELECT x AT TIME ZONE '-03:00' FROM (VALUES TIME '01:02:03+05:30', TIME '00:00:00+05:30', NULL) t(x) ORDER BY x;
SELECT typeof(date_trunc('hour', TIME '01:02:03.123+05:30'));
SELECT TIME '24:00:00', TIME '24:00:00+00:00';
SELECT TIME '01:02:03 -08:00', TIME '23:59:59.999999999 +14:00', TIME '00:00:00-14:00', TIME '1:2:3+05:30', TIME '01:02+05:30';
SELECT TIME '00:00 Z';
SELECT CAST(NULL AS time with time zone), hour(CAST(NULL AS time with time zone)), timezone_hour(CAST(NULL AS time with time zone)), CAST(CAST(NULL AS time with time zone) AS time), CAST(NULL AS time with time zone) + INTERVAL '1' HOUR, date_trunc('hour', CAST(NULL AS time with time zone)), date_add('hour', 1, CAST(NULL AS time with time zone));
SELECT x = TIME '01:02:03+05:30', x IS DISTINCT FROM TIME '00:02:03+04:30', x IN (TIME '00:02:03+04:30', TIME '05:00:00'), nullif(x, TIME '00:02:03+04:30'), CASE x WHEN TIME '00:02:03+04:30' THEN 1 ELSE 2 END FROM (VALUES TIME '01:02:03+05:30', NULL, TIME '23:59:59.999+05:30') t(x) ORDER BY x;
SELECT x FROM (VALUES TIME '01:02:03+05:30', TIME '00:00:00+05:30', TIME '12:00:00+05:30', NULL) t(x) ORDER BY x DESC;
SELECT CAST(x AS varchar), CAST(x AS time), CAST(x AS time(0) with time zone) FROM (VALUES TIME '01:02:03.567+05:30', NULL, TIME '23:59:59.999+05:30') t(x) ORDER BY x;
SELECT TIME '01:02:03.123456789+05:30' + INTERVAL '1' SECOND, hour(TIME '01:02:03.123456789+05:30'), date_trunc('minute', TIME '01:02:03.123456789+05:30'), date_add('second', -4, TIME '00:00:03.123456789-05:30'), CAST(TIME '01:02:03.123456789+05:30' AS time(6)), CAST(TIME '01:02:03.123456789-05:30' AS varchar), TIME '01:02:03.123456789+05:30' AT TIME ZONE '-01:00', TIME '01:02:03.123456789+05:30' - TIME '01:02:03+05:30';
SELECT CAST(TIMESTAMP '2020-01-01 01:02:03.5 +05:30' AS time with time zone), CAST(TIMESTAMP '2020-01-01 01:02:03.5 UTC' AS time(0) with time zone), CAST(TIMESTAMP '1969-12-31 23:59:59' AS time with time zone);
SELECT CAST('01:02:03.123456789-05:30' AS time(9) with time zone), CAST('01:02:03.567+05:30' AS time(0) with time zone), CAST('23:59:59.9+05:30' AS time(0) with time zone);
SELECT CAST('x' AS time with time zone);
SELECT TIME '01:02:03+05:30' IN (SELECT x FROM (VALUES TIME '00:02:03+04:30') t(x)), TIME '01:02:03+05:30' = ANY (SELECT TIME '19:32:03'), TIME '19:32:03' IN (SELECT TIME '01:02:03+05:30');
SELECT a.x FROM (VALUES TIME '01:02:03+05:30') a(x) JOIN (VALUES TIME '00:02:03+04:30') b(y) ON a.x = b.y;
SELECT date_diff('hour', TIME '23:00:00-08:00', TIME '01:00:00+00:00'), date_diff('millisecond', TIME '01:02:03.567+05:30', TIME '01:02:03+05:30');
SELECT timezone_hour(TIME '01:02:03-00:30'), timezone_minute(TIME '01:02:03-00:30'), timezone_minute(TIME '01:02:03+00:00');
SELECT max_by(1, x), array_agg(x ORDER BY x), map_agg(x, 1), approx_distinct(x) FROM (VALUES TIME '01:02:03+05:30', TIME '00:00:00+05:30') t(x);
SELECT lag(x) OVER (ORDER BY x) FROM (VALUES TIME '01:02:03+05:30', TIME '05:30:00+05:30') t(x);
SELECT coalesce(CAST(NULL AS time with time zone), TIME '01:02:03'), IF(true, TIME '01:02:03.1234+00:00', TIME '01:02:03'), greatest(TIME '01:02:03+05:30', TIME '00:00:00+05:30');
SELECT x FROM (SELECT TIME '01:02:03+05:30' AS x UNION SELECT TIME '01:02:03+05:30' UNION SELECT TIME '01:02:04.1+05:30') t ORDER BY x;
SELECT format('%s', TIME '01:02:03+05:30'), typeof(TIME '01:02:03.1+05:30');
SELECT current_time <= current_time, CAST(current_time AS time) = localtime, localtime(0) <= localtime(6), hour(current_time) = hour(localtime), current_time AT TIME ZONE '+05:30' = current_time;
SELECT date_trunc('day', TIME '01:02:03+05:30');
SELECT CAST(TIME '01:02:03+05:30' AS date);
SELECT day(TIME '01:02:03+05:30');
