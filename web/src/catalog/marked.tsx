import { highlight } from "./highlight";

/** A text with the words of a search marked. */
export function Marked({ text, search }: { text: string; search: string }) {
  return highlight(text, search).map((piece, index) =>
    piece.marked ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
  );
}
