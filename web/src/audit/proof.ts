/** Recomputes what an inclusion proof says (RFC 9162, section 2.1.3), so that nobody has to take the service's word. */

export interface Inclusion {
  line: string;
  index: number;
  size: number;
  hashes: string[];
  /** A signed note: origin, size, root in base64. */
  checkpoint: string;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

function joined(prefix: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  all[0] = prefix;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The root that a leaf and its path lead to; null if the path does not fit the size. */
export async function rootOf({ line, index, size, hashes }: Inclusion): Promise<string | null> {
  let node = await sha256(joined(0, new TextEncoder().encode(line)));
  let at = index;
  let last = size - 1;
  if (index >= size) return null;
  for (const hash of hashes) {
    if (last === 0) return null;
    const sibling = fromHex(hash);
    if (at % 2 === 1 || at === last) {
      node = await sha256(joined(1, sibling, node));
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = await sha256(joined(1, node, sibling));
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? btoa(String.fromCharCode(...node)) : null;
}

/** Whether the record is under the checkpoint; null where the browser cannot compute it (it needs a secure address). */
export async function isIncluded(inclusion: Inclusion): Promise<boolean | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  const [, size, root] = inclusion.checkpoint.split("\n");
  return Number(size) === inclusion.size && (await rootOf(inclusion)) === root;
}
