import { describe, expect, it } from "vitest";
import { callAt, fittingFirst, partsOf } from "./signatures";

/** The call at `|`. */
const at = (text: string) => {
  const place = text.indexOf("|");
  return callAt(text.replace("|", ""), place);
};

describe("The call around a place", () => {
  it("is the innermost one, with the argument that is written", () => {
    expect(at("SELECT lag(|")).toEqual({ name: "lag", from: 7, argument: 0 });
    expect(at("SELECT LAG (a, 2, |x)")).toEqual({ name: "lag", from: 7, argument: 2 });
    expect(at("SELECT lag(abs(a), max(b, |")).toMatchObject({ name: "max", argument: 1 });
    expect(at("SELECT lag(abs(a, b), ARRAY[1, 2], |")).toMatchObject({ name: "lag", argument: 2 });
    expect(at("SELECT f((a, b), (|c, d))")).toMatchObject({ name: "f", argument: 1 });
    expect(at("SELECT f(x, ARRAY[1, 2, |")).toMatchObject({ name: "f", argument: 1 });
  });

  it("is not there outside of calls, or in clauses", () => {
    expect(at("SELECT lag(a)| FROM t")).toBeNull();
    expect(at("SELECT a FROM t WHERE b IN (1, |")).toBeNull();
    expect(at("SELECT f(a; SELECT |")).toBeNull();
    expect(at("SELECT sum(a) OVER (|")).toBeNull();
  });

  it("is not looked for in texts and comments", () => {
    expect(at("SELECT concat('f(', |")).toMatchObject({ name: "concat", argument: 1 });
    expect(at("SELECT concat(-- f(\n a, |")).toMatchObject({ name: "concat", argument: 1 });
    expect(at("SELECT 'lag(|")).toBeNull();
  });
});

describe("A signature", () => {
  it("has arguments and a result", () => {
    expect(partsOf("(map(K, V), map(K, V)...) → map(K, V)")).toEqual({ arguments: ["map(K, V)", "map(K, V)..."], result: "map(K, V)" });
    expect(partsOf("() → double")).toEqual({ arguments: [], result: "double" });
  });

  it("comes first where it has the argument", () => {
    const forms = ["(T) → T", "(T, bigint) → T", "(O...) → O"];
    expect(fittingFirst(forms, 0)).toEqual(forms);
    expect(fittingFirst(forms, 1)).toEqual(["(T, bigint) → T", "(O...) → O", "(T) → T"]);
  });
});
