// The console's own words, so that a test says what it looks for once and finds it in each language.
import { readFileSync } from "node:fs";

const catalogOf = (language) => JSON.parse(readFileSync(new URL(`../src/i18n/${language}.json`, import.meta.url), "utf8"));
const formsOf = (message) => (typeof message === "string" ? [message] : Object.values(message));

export const languages = [
  { language: "en", locale: "en-GB" },
  { language: "es", locale: "es-ES" },
];

/**
 * What the console says by a key in a language: the text, with `{name}` filled in. Where a value or the number is left open,
 * whatever stands there fits.
 */
export function wordsOf(language) {
  const catalog = catalogOf(language);
  return (key, values = {}) => {
    const message = catalog[key];
    if (message === undefined) throw new Error(`${language}.json has no ${key}`);
    const filled = formsOf(message).map((form) => form.replace(/\{(\w+)\}/g, (open, name) => values[name] ?? open));
    if (filled.length === 1 && !/\{\w+\}/.test(filled[0])) return filled[0];
    const patterns = filled.map((form) => form.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
    return new RegExp(`^(?:${patterns.join("|")})$`);
  };
}

/** What the service says, by its file: each English sentence of two words or more that has other words in Spanish, its values left open. */
const sentences = Object.entries(JSON.parse(readFileSync(new URL("../../catalog-server/src/main/resources/io/atalaya/catalog/language/es.json", import.meta.url), "utf8")))
  .filter(([english, spanish]) => english !== spanish)
  .map(([english]) => english.split(/\{\d+\}/))
  .filter((parts) => parts.some((part) => /\p{L}{2,} \p{L}{2,}/u.test(part) && part.trim().length >= 10))
  .map((parts) => new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+?")));

/** Texts of the page that the service says in English though it knows the Spanish; those marked as English are meant to be. */
export async function saidInEnglish(page) {
  const said = await page.evaluate(() => {
    const texts = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
      if (!node.parentElement.closest("body [lang=en], code, noscript")) texts.add(node.data.trim());
    }
    return [...texts].filter(Boolean);
  });
  return said.filter((text) => sentences.some((sentence) => sentence.test(text)));
}

/** Texts of the page that are in English though the page is in another language: those that the console says in English only. */
export async function leftInEnglish(page, language) {
  const own = new Set(Object.values(catalogOf(language)).flatMap(formsOf));
  const english = Object.values(catalogOf("en")).flatMap(formsOf).filter((text) => !own.has(text) && /^\p{Lu}|\s/u.test(text) && !/\{\w+\}/.test(text));
  const said = await page.evaluate(() => {
    const texts = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) texts.add(node.data.trim());
    for (const each of document.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const name of ["aria-label", "title", "placeholder"]) texts.add(each.getAttribute(name)?.trim());
    return [...texts].filter(Boolean);
  });
  return english.filter((text) => said.includes(text));
}
