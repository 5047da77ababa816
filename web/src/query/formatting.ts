/** What a text says, whatever its layout: its words, texts, names and comments one by one. */
export function tokensOf(sql: string): string[] {
  const pieces = sql.match(/'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`[^`]*`?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\w$]+|\S/g) ?? [];
  return pieces.map((piece) => (/^['"`/]|^--/.test(piece) ? piece.replace(/[^\S\n]+$/gm, "").replace(/^[^\S\n]+/gm, "") : piece));
}

/** The text laid out, or `null` where that cannot be done without changing what it says. */
export async function formatted(sql: string): Promise<string | null> {
  const { layOut } = await import("./formatter");
  try {
    const next = layOut(sql);
    return JSON.stringify(tokensOf(next)) === JSON.stringify(tokensOf(sql)) ? next : null;
  } catch {
    return null;
  }
}
