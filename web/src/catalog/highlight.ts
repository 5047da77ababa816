/** A text in pieces; the marked ones are what the search was about. */
export interface Piece {
  text: string;
  marked: boolean;
}

/** Splits {@link text} where a word of {@link search} occurs, ignoring case and accents. */
export function highlight(text: string, search: string): Piece[] {
  const words = [...new Set(fold(search).split(/[\s._]+/).filter((word) => word !== ""))];
  if (words.length === 0) return [{ text, marked: false }];
  const folded = fold(text);
  // Folding may only be compared position by position where it kept the length.
  if (folded.length !== text.length) return [{ text, marked: false }];
  const marked = new Array<boolean>(text.length).fill(false);
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      marked.fill(true, at, at + word.length);
    }
  }
  const pieces: Piece[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    while (end < text.length && marked[end] === marked[start]) end++;
    pieces.push({ text: text.slice(start, end), marked: marked[start] === true });
  }
  return pieces;
}

function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
}
