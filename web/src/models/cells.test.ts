import { describe, expect, test } from "vitest";
import { baselinesOf, beats, confusionOf, doubtsOf, featuresOf, metricsOf, snapshotsOf } from "./cells";

describe("The cells of a version", () => {
  test("tell measures and what they are held against", () => {
    const version = { metrics: '{"accuracy":0.81,"rmse":2}', baselines: '{"most frequent":{"accuracy":0.25,"rmse":3}}' };
    expect(metricsOf(version)).toEqual({ accuracy: 0.81, rmse: 2 });
    const baselines = baselinesOf(version);
    expect(baselines).toEqual([{ name: "most frequent", metrics: { accuracy: 0.25, rmse: 3 } }]);
    expect([beats("accuracy", 0.81, baselines), beats("rmse", 2, baselines), beats("rmse", 4, baselines), beats("mae", 1, baselines)]).toEqual([true, true, false, null]);
  });

  test("tell nothing where they are hidden, empty or masked", () => {
    for (const version of [{}, { metrics: null, baselines: null, evaluation: null }, { metrics: "***", baselines: "7", features: "{}", evaluation: "[1]", doubts: "x", training_snapshots: "XXXX" }]) {
      expect(metricsOf(version)).toEqual({});
      expect(baselinesOf(version)).toEqual([]);
      expect(doubtsOf(version)).toEqual([]);
      expect(featuresOf(version)).toEqual([]);
      expect(snapshotsOf(version)).toEqual([]);
      expect(confusionOf(version)).toBeNull();
    }
  });

  test("keep every digit of a snapshot", () => {
    expect(snapshotsOf({ training_snapshots: '{"a": 6713824823748327489}' })).toEqual([{ table: "a", snapshot: "6713824823748327489" }]);
  });

  test("have a confusion matrix somewhere in the evaluation", () => {
    const matrix = { classes: ["a", "b"], confusion: [[3, 1], [0, 2]] };
    expect(confusionOf({ evaluation: JSON.stringify(matrix) })).toEqual({ classes: ["a", "b"], counts: [[3, 1], [0, 2]] });
    expect(confusionOf({ evaluation: JSON.stringify({ random: { x: 1 }, time: matrix }) })?.classes).toEqual(["a", "b"]);
    expect(featuresOf({ features: '[{"name":"narrative","kind":"TEXT"},"age"]' })).toEqual([{ name: "narrative", kind: "text" }, { name: "age", kind: "" }]);
  });
});
