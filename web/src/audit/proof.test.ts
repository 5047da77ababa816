import { expect, it } from "vitest";
import { isIncluded } from "./proof";

/** The tree as RFC 9162 defines it, written down once more and as simply as can be. */
async function hash(prefix: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const all = Uint8Array.from([prefix, ...parts.flatMap((part) => [...part])]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

function halves(lines: string[]): [string[], string[]] {
  let half = 1;
  while (half * 2 < lines.length) half *= 2;
  return [lines.slice(0, half), lines.slice(half)];
}

async function root(lines: string[]): Promise<Uint8Array> {
  if (lines.length === 1) return hash(0, new TextEncoder().encode(lines[0]));
  const [left, right] = halves(lines);
  return hash(1, await root(left), await root(right));
}

async function path(index: number, lines: string[]): Promise<Uint8Array[]> {
  if (lines.length === 1) return [];
  const [left, right] = halves(lines);
  return index < left.length
    ? [...(await path(index, left)), await root(right)]
    : [...(await path(index - left.length, right)), await root(left)];
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

async function proof(index: number, lines: string[]) {
  return {
    line: lines[index] ?? "",
    index,
    size: lines.length,
    hashes: (await path(index, lines)).map(hex),
    checkpoint: `atalaya\n${lines.length}\n${base64(await root(lines))}\n\n— atalaya signature`,
  };
}

it("Every record of trees of every size up to 17 is found in its tree", async () => {
  for (let size = 1; size <= 17; size++) {
    const lines = Array.from({ length: size }, (_, number) => `{"seq":${number}}`);
    for (let index = 0; index < size; index++) expect(await isIncluded(await proof(index, lines))).toBe(true);
  }
});

it("A record that was changed, moved or put under another tree is not", async () => {
  const lines = ["a", "b", "c", "d", "e"];
  const good = await proof(2, lines);
  expect(await isIncluded({ ...good, line: "x" })).toBe(false);
  expect(await isIncluded({ ...good, index: 3 })).toBe(false);
  expect(await isIncluded({ ...good, index: 9 })).toBe(false);
  expect(await isIncluded({ ...good, size: 4 })).toBe(false);
  expect(await isIncluded({ ...good, hashes: good.hashes.slice(1) })).toBe(false);
  expect(await isIncluded({ ...good, checkpoint: (await proof(2, ["a", "b", "c"])).checkpoint })).toBe(false);
});
