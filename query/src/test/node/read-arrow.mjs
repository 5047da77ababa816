// Tells what is in a file of Arrow: a line with the columns, one with the number of rows, and one for each row.
import { readFileSync } from "node:fs";
import { DataType, tableFromIPC } from "apache-arrow";

function decimal(words, scale) {
  let whole = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  if (whole >= 1n << 127n) whole -= 1n << 128n;
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return (whole < 0n ? "-" : "") + digits.slice(0, point) + (scale > 0 ? `.${digits.slice(point)}` : "");
}

function text(type, value) {
  if (value === null || value === undefined) return "null";
  if (DataType.isDecimal(type)) return decimal([...value], type.scale);
  if (DataType.isList(type)) return `[${[...value].map((each) => text(type.valueType, each)).join(", ")}]`;
  if (DataType.isStruct(type)) return `{${type.children.map((child) => `${child.name}: ${text(child.type, value[child.name])}`).join(", ")}}`;
  if (DataType.isMap(type)) {
    const [key, item] = type.children[0].type.children;
    return `{${[...value].map(([k, v]) => `${text(key.type, k)} = ${text(item.type, v)}`).join(", ")}}`;
  }
  if (DataType.isBinary(type)) return Buffer.from(value).toString("hex");
  return String(value instanceof Date ? value.getTime() : value);
}

const table = tableFromIPC(readFileSync(process.argv[2]));
const fields = table.schema.fields;
console.log(fields.map(({ name, type }) => `${name} ${type}`).join("|"));
console.log(table.numRows);
for (const batch of table.batches) {
  for (let row = 0; row < batch.numRows; row++) {
    console.log(fields.map(({ type }, column) => text(type, batch.getChildAt(column).get(row))).join("|"));
  }
}
