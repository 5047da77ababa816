import { describe, expect, it } from "vitest";
import { highlight } from "./highlight";

const marked = (text: string, search: string) =>
  highlight(text, search)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join("");

describe("A match", () => {
  it("is marked without regard to case", () => {
    expect(marked("Complaints of complainants", "complain")).toBe("[Complain]ts of [complain]ants");
  });

  it("is marked for each word, also across a dotted name", () => {
    expect(marked("by_product_month", "product.month")).toBe("by_[product]_[month]");
  });

  it("leaves a text without the words alone", () => {
    expect(marked("orders", "")).toBe("orders");
    expect(marked("orders", "zebra")).toBe("orders");
  });
});
