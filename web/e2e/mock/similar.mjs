// What is near to a text or a row: those whose title has a word of it come first.

const titles = [
  ["2303.00001", "Contrastive pretraining of sentence encoders", 0.91],
  ["2303.00002", "Retrieval of long documents by their sentences", 0.84],
  ["2303.00003", "A study of sparse attention over long sequences", 0.52],
  ["2303.00004", "Counting birds from the sound of a forest", 0.17],
];

export function similar(access, { column, text, like, k = 10 }, refused) {
  if (!access.select) throw refused(403, "You may not read rows of this table.");
  if (column !== "embedding") throw refused(400, `There is no column '${column}' of vectors`);
  if (like !== undefined && !titles.some(([id]) => id === like.id)) throw refused(400, "No row with a vector has the values of 'like', or none that you may see");
  const words = (text ?? titles.find(([id]) => id === like.id)[1]).toLowerCase().split(/\s+/);
  const near = (title) => words.filter((word) => title.toLowerCase().includes(word)).length;
  const rows = titles.toSorted((one, other) => near(other[1]) - near(one[1]) || other[2] - one[2]).slice(0, k);
  return {
    columns: [{ name: "id", type: "varchar" }, { name: "title", type: "varchar" }, { name: "score", type: "double" }],
    rows: rows.map(([id, title, score]) => [id, title, String(score)]),
  };
}
