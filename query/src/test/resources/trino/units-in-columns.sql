-- a unit or a separator that is no literal
SELECT u, date_trunc(u, TIMESTAMP '2024-05-17 10:11:12.345'), date_add(u, 2, TIMESTAMP '2024-05-17 10:11:12.345'), date_diff(u, TIMESTAMP '2023-01-31 00:00:00', TIMESTAMP '2024-05-17 10:11:12.345') FROM (VALUES 'second', 'MINUTE', 'hour', 'day', 'Week', 'month', 'quarter', 'year', NULL) AS t(u) ORDER BY 1;
SELECT u, date_trunc(u, DATE '2024-05-17'), date_add(u, -2, DATE '2024-05-31'), date_diff(u, DATE '2024-05-17', DATE '2023-01-31') FROM (VALUES 'day', 'week', 'month', 'quarter', 'year', NULL) AS t(u) ORDER BY 1;
SELECT u, date_add(u, 25, TIME '10:11:12'), date_diff(u, TIME '10:11:12', TIME '12:00:00') FROM (VALUES 'second', 'minute', 'hour', 'millisecond') AS t(u) ORDER BY 1;
SELECT date_trunc(u, DATE '2024-05-17') FROM (VALUES 'hour') AS t(u);
SELECT date_trunc(u, DATE '2024-05-17') FROM (VALUES 'nonsense') AS t(u);
SELECT date_trunc('nonsense', DATE '2024-05-17');
SELECT TRY(date_add(u, 1, DATE '2024-05-17')) FROM (VALUES 'x', 'day') AS t(u) ORDER BY 1;
SELECT date_trunc(if(id < 3, 'month', 'year'), born) FROM people ORDER BY id;
SELECT date_trunc(u, TIMESTAMP '2024-05-17 10:11:12 Europe/Madrid'), date_add(u, 1, TIMESTAMP '2024-03-30 10:11:12 Europe/Madrid'), date_diff(u, TIMESTAMP '2024-03-30 10:11:12 Europe/Madrid', TIMESTAMP '2024-03-31 10:11:12 Europe/Madrid') FROM (VALUES 'hour', 'day') AS t(u);
SELECT date_trunc(u, d), date_add(u, n, d), date_diff(u, d, d) FROM (VALUES ('day', CAST(NULL AS date), 1), ('month', DATE '0001-01-01', 0), (NULL, DATE '2024-01-01', NULL), ('year', DATE '2024-02-29', -1)) AS t(u, d, n) ORDER BY u;
SELECT concat_ws(s, x), concat_ws(s, 'a', NULL, s) FROM (VALUES (',', ARRAY['a', NULL, 'b']), ('', ARRAY['a', 'b']), ('-', ARRAY[]), (NULL, ARRAY['a']), ('+', NULL), ('--', ARRAY[NULL])) AS t(s, x);
SELECT concat_ws(max(name), array_agg(dept ORDER BY id)) FROM people WHERE id < 3;
SELECT listagg(x, ', ') WITHIN GROUP (ORDER BY x) FROM (VALUES 'b', 'a') t(x);
