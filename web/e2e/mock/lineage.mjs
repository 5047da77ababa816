// A lineage as large as the service tells one: 200 tables in seven steps, that of a report in the middle of them.
const steps = [
  ["raw", 62],
  ["raw", 30],
  ["curated", 44],
  ["curated", 25],
  ["consumption", 1],
  ["consumption", 12],
  ["consumption", 26],
];

/** Names that are long and alike, as they are. */
const named = (step, i) => `${["daily", "monthly", "regional"][i % 3]}_${["delivery", "delivery_typed", "account", "balance", "report", "extract", "sheet"][step]}_${String(i + 1).padStart(3, "0")}`;

export const largest = (table) => table.name === "delivery_006";

export function largeLineage(table, wanted) {
  const layers = steps.map(([zone, count], step) =>
    Array.from({ length: count }, (_, i) => (step === 4 ? { database: table.database, name: table.name, zone: table.zone } : { database: `archive_${zone}`, name: named(step, i), zone })),
  );
  const nodes = layers.flatMap((layer, step) => layer.map((node) => ({ ...node, feeds: step === 0 ? [{ kind: "files", pipeline: "archive", stage: "land" }] : [] })));
  const full = ({ database, name }) => `${database}.${name}`;
  const edges = layers.slice(1).flatMap((layer, before) =>
    layer.flatMap((to, i) => {
      const from = layers[before];
      // Each of some before it, and one from further back.
      const near = before === 3 ? from : Array.from({ length: 1 + (i % 4) }, (_, k) => from[(i * 7 + k * 3) % from.length]);
      const far = before > 0 && before !== 4 && i % 5 === 0 ? [layers[before - 1][(i * 11) % layers[before - 1].length]] : [];
      return [...new Set([...near, ...far])].map((each) => ({
        from: full(each),
        to: full(to),
        columns: table.schema.map(({ name }) => ({ from: name, to: name })).filter((pair) => wanted === null || pair.to === wanted),
        by: [{ kind: "pipeline", statement: null, pipeline: "archive", stage: `step_${before + 1}`, at: table.updatedAt ?? new Date(0).toISOString() }],
      }));
    }),
  );
  return { nodes, edges, cut: true };
}
