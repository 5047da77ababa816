/** Those whose title has every word of the text at the beginning of one of its own, in any order; all for no text. */
export function matching<T extends { title: string }>(commands: T[], text: string): T[] {
  const wanted = words(text);
  return commands.filter(({ title }) => {
    const there = words(title);
    return wanted.every((word) => there.some((each) => each.startsWith(word)));
  });
}

function words(text: string): string[] {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{Nd}]+/u)
    .filter((word) => word !== "");
}
