import { SQLDialect } from "@codemirror/lang-sql";

const keywords =
  "all alter analyze and any array as asc at between both by case cast catalogs column columns commit constraint " +
  "create cross cube current current_date current_time current_timestamp current_user database databases deallocate " +
  "delete desc describe distinct drop else end escape except exclude execute exists explain extract false fetch filter " +
  "first following for from full functions grant grouping group groups having if in inner insert intersect into is " +
  "join lateral last left like limit match_recognize merge natural next not null nulls offset on only or order " +
  "ordinality outer over partition partitions preceding prepare range recursive rename right rollup row rows schema " +
  "schemas select set sets show some system table tables tablesample tblproperties then ties to trailing true try_cast " +
  "unbounded union unnest update using values version view views when where window with within";

const types =
  "bigint boolean char date decimal double integer int interval ipaddress json map real smallint string time timestamp " +
  "tinyint uuid varbinary varchar array row";

/** What begins and joins a statement and its types; functions are asked of the service. */
export const wordsToComplete = { keywords: keywords.split(" "), types: types.split(" ") };

/** The words of Athena's SQL: Trino's grammar and Hive's utility statements. */
export const athena = SQLDialect.define({
  keywords,
  types,
  builtin:
    "abs approx_distinct approx_percentile arbitrary array_agg array_join array_sort avg cardinality ceil ceiling coalesce " +
    "concat concat_ws contains count count_if date_add date_diff date_format date_parse date_trunc day day_of_week " +
    "dense_rank element_at first_value floor format from_iso8601_timestamp from_unixtime greatest hour if json_extract " +
    "json_extract_scalar lag last_value lead least length lower lpad ltrim map_agg max max_by md5 min min_by minute month " +
    "now nth_value ntile nullif percent_rank position power quarter rank regexp_extract regexp_like regexp_replace replace " +
    "reverse round row_number rpad rtrim second sequence sha256 split split_part sqrt stddev strpos substr substring sum " +
    "to_hex to_unixtime transform trim truncate typeof upper variance week year",
  hashComments: false,
  slashComments: false,
  doubleQuotedStrings: false,
  backslashEscapes: false,
  operatorChars: "*+-%<>!=|/",
  specialVar: "?",
  identifierQuotes: '"`',
  caseInsensitiveIdentifiers: true,
});
