/** A part of a comment: as it was written, an address, code, or somebody's name. */
export interface Part {
  kind: "text" | "link" | "code" | "mention";
  text: string;
}

// Code first: what is in it is nothing else. Names are found as the service finds them.
const PARTS = /`([^`\n]+)`|\bhttps?:\/\/[^\s<>"'`]+|(?<![\p{L}\p{N}._@-])@[a-z0-9][a-z0-9._@-]{0,127}/giu;
/** What ends a sentence rather than an address. */
const BEHIND = /[.,;:!?)\]}]+$/;

/** What a comment is made of; put together, the texts of its parts are the comment, without the marks around code. */
export function partsOf(comment: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  const add = (kind: Part["kind"], text: string) => {
    if (text !== "") parts.push({ kind, text });
  };
  for (const found of comment.matchAll(PARTS)) {
    add("text", comment.slice(done, found.index));
    const [all, code] = found;
    if (code !== undefined) {
      add("code", code);
      done = found.index + all.length;
      continue;
    }
    const link = !all.startsWith("@");
    const kept = link ? withoutEnd(all) : all.replace(/[._@-]+$/, "");
    add(link ? "link" : "mention", kept);
    done = found.index + kept.length;
  }
  add("text", comment.slice(done));
  return parts;
}

/** An address without the punctuation of the sentence it is in; a bracket that it opens itself is closed by it. */
function withoutEnd(address: string): string {
  const kept = address.replace(BEHIND, "");
  return kept.includes("(") && address[kept.length] === ")" ? `${kept})` : kept;
}
