import { expect, test } from "vitest";
import { matching } from "./matching";

const commands = ["Catalog", "Run a query", "Auditoría", "Ask for access"].map((title) => ({ title }));
const titles = (text: string) => matching(commands, text).map(({ title }) => title);

test("words begin words, in any order, without regard to case and accents", () => {
  expect(titles("")).toHaveLength(4);
  expect(titles("qu ru")).toEqual(["Run a query"]);
  expect(titles("AUDITORIA")).toEqual(["Auditoría"]);
  expect(titles("a")).toEqual(["Run a query", "Auditoría", "Ask for access"]);
  expect(titles("talog")).toEqual([]);
});
