// Models of the mock: ds sees one with its versions and decides, the analyst sees no inputs, the auditor may only know of it.
import { notFound, Refusal } from "./serve.mjs";

const database = "complaints_curated";
const name = "product_of_narrative";
const classes = ["Mortgage", "Credit card", "Debt collection", "Student loan"];
const version = (number, stage, accuracy, doubts) => ({
  version: String(number),
  stage,
  task: "TEXT_CLASSIFICATION",
  algorithm: "SVM",
  label: "product",
  features: '[{"name":"narrative","kind":"TEXT"}]',
  rows: "3936",
  training_snapshots: '{"5f0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44":6713824823748327489,"5f0f0009-6c1a-4a52-9d5e-1f6a0c2b8e44":12}',
  trained_at: `2026-0${number + 2}-11 08:12:04.120 UTC`,
  pipeline: "complaints/learn",
  metrics: JSON.stringify({ accuracy, macroF1: 0.61, calibrationError: 0.029 }),
  baselines: '{"most frequent":{"accuracy":0.245,"macroF1":0.03},"naive Bayes of narrative":{"accuracy":0.784,"macroF1":0.496}}',
  evaluation: JSON.stringify({ split: "RANDOM", classes, confusion: [[812, 9, 31, 2], [11, 604, 40, 1], [44, 37, 1408, 22], [3, 0, 28, 251]] }),
  doubts: JSON.stringify(doubts),
});
const versions = [
  version(3, "candidate", 0.77, ["it does not beat 'naive Bayes of narrative' on the split by RANDOM (accuracy 0.77, baseline accuracy 0.784)"]),
  version(2, "champion", 0.812, []),
  version(1, "retired", 0.79, []),
];

/** A run has learned anew: there is a version more, which nobody uses yet. */
export function trained() {
  versions.unshift(version(versions.length + 1, "candidate", 0.826, []));
}

export function models(user, method, path, body) {
  if (user === "steward") {
    if (path.length === 0) return { items: [], nextCursor: null };
    throw notFound();
  }
  const item = { uuid: "6a0f0009-6c1a-4a52-9d5e-1f6a0c2b8e44", database, name, select: user !== "auditor", mayPromote: user === "ds" };
  if (path.length === 0) return { items: [item], nextCursor: null };
  if (path[0] !== database || path[1] !== name) throw notFound();
  if (method === "POST") {
    if (!item.mayPromote) throw new Refusal(403, "Forbidden", "You may not decide which version is in use.");
    if (body.stage === "champion") for (const other of versions) if (other.stage === "champion") other.stage = "retired";
    versions.find((each) => each.version === path[3]).stage = body.stage;
  }
  const told = item.select ? versions : [];
  return {
    ...item,
    versions: user === "ds" ? told : told.map(({ features, ...rest }) => rest),
    trainedOn: { "5f0f0001-6c1a-4a52-9d5e-1f6a0c2b8e44": "complaints_curated.complaints" },
    nextCursor: null,
  };
}
