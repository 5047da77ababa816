// How the mock's complaints keep their rules: told to who sees every row, with runs to who operates the pipeline.
const day = 86_400_000;

export function quality(user, table, access) {
  const within = 7 * day;
  const age = Date.now() - Date.parse(table.updatedAt);
  const promise = { withinSeconds: within / 1_000, by: "commit", column: null, newest: table.updatedAt, kept: age <= within, sql: null };
  const whole = access.select && access.rows === null;
  const operates = user === "ds";
  if (!whole || table.name !== "complaints") return { promise, told: whole ? "some" : "none", rules: [] };
  const point = (rule, i, failing, onFailure) => ({
    run: operates ? "7d0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44" : null,
    at: new Date(Date.now() - i * day).toISOString(),
    kept: failing === 0,
    onFailure,
    measured: (failing * 100) / 12_480,
    unit: "PERCENT",
    rowsFailing: failing,
    rowsChecked: 12_480,
    message: `${rule}: ${failing} of 12,480 rows`,
    quarantine: operates && failing > 0 && onFailure === "QUARANTINE" ? { table: `${table.database}.complaints_quarantine`, sql: `SELECT * FROM "${table.database}"."complaints_quarantine" WHERE "_run" = '7d0f0001' LIMIT 200` } : null,
  });
  const rule = (name, onFailure, failing) => ({
    rule: name,
    pipeline: operates ? "complaints" : null,
    stage: operates ? "check_dates" : null,
    points: failing.map((rows, i) => point(name, failing.length - 1 - i, rows, onFailure)),
  });
  return { promise, told: operates ? "all" : "some", rules: [rule("has-a-key", "FAIL", [0, 0, 2, 0, 0]), rule("has-a-name", "QUARANTINE", [1, 0, 4, 0, 3])] };
}
