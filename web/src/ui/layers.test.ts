import { describe, expect, it } from "vitest";
import { draw, inOrder, packed } from "./layers";

const at = (stages: { name: string; needs: string[] }[]) =>
  Object.fromEntries(draw(stages).nodes.map((node) => [node.name, [node.layer, node.lane]]));

const lines = (stages: { name: string; needs: string[] }[]) =>
  draw(stages).edges.map((edge) => `${edge.from.name}-${edge.to.name}`);

describe("the drawing of a pipeline", () => {
  it("puts each stage behind all it needs", () => {
    const stages = [
      { name: "land", needs: [] },
      { name: "clean", needs: ["land"] },
      { name: "check", needs: ["clean"] },
      { name: "tell", needs: ["land", "check"] },
    ];
    expect(at(stages)).toEqual({ land: [0, 0], clean: [1, 0], check: [2, 0], tell: [3, 0] });
  });

  it("leaves out lines that others say too", () => {
    expect(
      lines([
        { name: "a", needs: [] },
        { name: "b", needs: ["a"] },
        { name: "c", needs: ["a", "b"] },
      ]),
    ).toEqual(["a-b", "b-c"]);
  });

  it("puts stages side by side that need the same, and no two in one place", () => {
    const stages = [
      { name: "a", needs: [] },
      { name: "x", needs: [] },
      { name: "b", needs: ["a"] },
      { name: "c", needs: ["a"] },
      { name: "d", needs: ["x"] },
      { name: "e", needs: ["b", "c", "d"] },
    ];
    expect(at(stages)).toEqual({ a: [0, 0], x: [0, 1], b: [1, 0], c: [1, 1], d: [1, 2], e: [2, 1] });
    expect(draw(stages)).toMatchObject({ layers: 3, lanes: 3 });
  });

  it("draws what is there of a run that has not all stages", () => {
    expect(at([{ name: "b", needs: ["a"] }])).toEqual({ b: [0, 0] });
    expect(draw([])).toEqual({ nodes: [], edges: [], layers: 0, lanes: 0 });
  });
});

describe("the order of things", () => {
  it("puts each behind what it needs", () => {
    const names = inOrder([
      { name: "c", needs: ["b"] },
      { name: "b", needs: ["a"] },
      { name: "a", needs: [] },
    ]).map((each) => each.name);
    expect(names).toEqual(["a", "b", "c"]);
  });

  it("cuts a circle and keeps everything", () => {
    const circle = inOrder([
      { name: "a", needs: ["b"] },
      { name: "b", needs: ["a"] },
    ]);
    expect(circle).toHaveLength(2);
    expect(draw(circle).edges).toHaveLength(1);
  });

  it("keeps a line that others say too, where each counts", () => {
    const three = [
      { name: "a", needs: [] },
      { name: "b", needs: ["a"] },
      { name: "c", needs: ["a", "b"] },
    ];
    expect(draw(three).edges).toHaveLength(2);
    expect(draw(three, false).edges).toHaveLength(3);
  });
});

describe("a packed drawing", () => {
  const fan = (n: number) => [
    ...Array.from({ length: n }, (_, i) => ({ name: `a${i}`, needs: [] as string[] })),
    ...Array.from({ length: n }, (_, i) => ({ name: `b${i}`, needs: [`a${n - 1 - i}`] })),
    { name: "c", needs: Array.from({ length: n }, (_, i) => `b${i}`) },
  ];

  it("is as wide as its widest layer, with the others in its middle, and no two things in one place", () => {
    const before = draw(fan(9), false);
    const after = packed(before);
    expect(before.lanes).toBeGreaterThan(9);
    expect(after).toMatchObject({ layers: 3, lanes: 9 });
    expect(new Set(after.nodes.map(({ layer, lane }) => `${layer} ${lane}`)).size).toBe(19);
    expect(after.nodes.find(({ name }) => name === "c")).toMatchObject({ layer: 2, lane: 4 });
    expect(after.edges).toHaveLength(before.edges.length);
  });

  it("crosses no lines that need not cross", () => {
    const { edges } = packed(draw(fan(9), false));
    const straight = edges.filter(({ from, to }) => from.layer === 0 && from.lane === to.lane);
    expect(straight).toHaveLength(9);
  });

  it("is the drawing itself where there is nothing to spare", () => {
    const drawing = draw([{ name: "a", needs: [] }, { name: "b", needs: ["a"] }]);
    expect(packed(drawing)).toBe(drawing);
  });
});
