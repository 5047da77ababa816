import { describe, expect, test } from "vitest";
import { partsOf } from "./said";

const of = (text: string) => partsOf(text).map((part) => `${part.kind}:${part.text}`);

describe("A comment", () => {
  test("is what was written", () => {
    expect(of("<b>No</b> & no\nmore")).toEqual(["text:<b>No</b> & no\nmore"]);
    expect(of("")).toEqual([]);
  });

  test("links addresses of the web and nothing else, without the end of the sentence", () => {
    expect(of("See https://a.example/x?b=1, or (http://b.example/c_(d)).")).toEqual([
      "text:See ",
      "link:https://a.example/x?b=1",
      "text:, or (",
      "link:http://b.example/c_(d)",
      "text:).",
    ]);
    expect(of("javascript:alert(1) data:text/html,x file:///etc")).toEqual(["text:javascript:alert(1) data:text/html,x file:///etc"]);
  });

  test("shows code, in which nothing is found", () => {
    expect(of("Ask `@ana https://x.example` `")).toEqual(["text:Ask ", "code:@ana https://x.example", "text: `"]);
  });

  test("names people, not addresses of mail", () => {
    expect(of("@ana. me@b.example (@Ben)")).toEqual(["mention:@ana", "text:. me@b.example (", "mention:@Ben", "text:)"]);
  });
});
