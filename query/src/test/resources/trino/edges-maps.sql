-- Each signature of a function with null, empty, negative and boundary arguments, one at a time.

SELECT element_at(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), 'a'), element_at(CAST(NULL AS map(varchar, integer)), 'a'), element_at(CAST(MAP() AS map(varchar, integer)), 'a'), element_at(MAP(ARRAY[''], ARRAY[CAST(NULL AS integer)]), 'a'), element_at(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), CAST(NULL AS varchar)), element_at(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), '');
SELECT map(), map(ARRAY['a', ''], ARRAY[1, CAST(NULL AS integer)]), map(CAST(NULL AS array(varchar)), ARRAY[1, CAST(NULL AS integer)]);
SELECT map(CAST(ARRAY[] AS array(varchar)), ARRAY[1, CAST(NULL AS integer)]);
SELECT map(ARRAY[CAST(NULL AS varchar)], ARRAY[1, CAST(NULL AS integer)]);
SELECT map(ARRAY['a', NULL, 'a'], ARRAY[1, CAST(NULL AS integer)]);
SELECT map(ARRAY['a', ''], CAST(NULL AS array(integer)));
SELECT map(ARRAY['a', ''], CAST(ARRAY[] AS array(integer)));
SELECT map(ARRAY['a', ''], ARRAY[CAST(NULL AS integer)]);
SELECT map(ARRAY['a', ''], ARRAY[1, NULL, 1]);
SELECT map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_concat(CAST(NULL AS map(varchar, integer)), MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_concat(CAST(MAP() AS map(varchar, integer)), MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_concat(MAP(ARRAY[''], ARRAY[CAST(NULL AS integer)]), MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), CAST(NULL AS map(varchar, integer))), map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), CAST(MAP() AS map(varchar, integer)));
SELECT map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), MAP(ARRAY[''], ARRAY[CAST(NULL AS integer)])), map_concat(MAP(ARRAY['a', 'b'], ARRAY[1, -2]), MAP(ARRAY['a', 'b'], ARRAY[1, -2]), MAP(ARRAY['a', 'b'], ARRAY[1, -2]), MAP(ARRAY['a', 'b'], ARRAY[1, -2]));
SELECT map_keys(MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_keys(CAST(NULL AS map(varchar, integer))), map_keys(CAST(MAP() AS map(varchar, integer))), map_keys(MAP(ARRAY[''], ARRAY[CAST(NULL AS integer)]));
SELECT map_values(MAP(ARRAY['a', 'b'], ARRAY[1, -2])), map_values(CAST(NULL AS map(varchar, integer))), map_values(CAST(MAP() AS map(varchar, integer))), map_values(MAP(ARRAY[''], ARRAY[CAST(NULL AS integer)]));
