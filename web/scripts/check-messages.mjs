// Every language has the same keys with the same placeholders, and every key is used by the console.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../src/", import.meta.url).pathname;
const read = (language) => JSON.parse(readFileSync(join(root, "i18n", `${language}.json`), "utf8"));
const en = read("en");
const problems = [];

const placeholders = (message) => {
  const forms = typeof message === "string" ? [message] : Object.values(message);
  return [...new Set(forms.flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort().join(" ");
};

for (const language of ["es"]) {
  const other = read(language);
  for (const key of Object.keys(en)) {
    if (!(key in other)) problems.push(`${language}.json lacks ${key}`);
    else if (typeof en[key] !== typeof other[key]) problems.push(`${language}.json: ${key} has other plural forms`);
    else if (placeholders(en[key]) !== placeholders(other[key]))
      problems.push(`${language}.json: ${key} has placeholders ${placeholders(other[key])}, en has ${placeholders(en[key])}`);
  }
  for (const key of Object.keys(other)) if (!(key in en)) problems.push(`${language}.json: ${key} is not in en.json`);
}

const sources = readdirSync(root, { recursive: true })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");
// A key may be composed: `column.${state}.what` uses every key of that shape.
const composed = [...sources.matchAll(/`(\w+\.[^`]*\$\{[^`]*)`/g)].map(
  ([, template]) => new RegExp(`^${template.replace(/\./g, "\\.").replace(/\$\{[^}]*\}/g, "[\\w -]+")}$`),
);
for (const key of Object.keys(en)) {
  if (!sources.includes(`"${key}"`) && !composed.some((shape) => shape.test(key)))
    problems.push(`en.json: ${key} is used nowhere`);
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`${Object.keys(en).length} messages in 2 languages`);
