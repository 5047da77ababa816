-- Each signature of a function with null, empty, negative and boundary arguments, one at a time.

SELECT greatest(1.5e0), greatest(CAST(NULL AS double)), greatest(0e0), greatest(-1.5e0), greatest(nan()), greatest(infinity()), greatest(-infinity()), greatest(1.7976931348623157e308);
SELECT greatest(1.5e0, 1.5e0, 1.5e0), greatest(5), greatest(CAST(NULL AS integer)), greatest(-5), greatest(2147483647), greatest(5, 5, 5);
SELECT least(5), least(CAST(NULL AS integer)), least(-5), least(2147483647), least(5, 5, 5);
SELECT typeof(5), typeof(CAST(NULL AS integer)), typeof(-5), typeof('');
