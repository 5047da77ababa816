import type { MessageKey } from "../i18n/translate";

/** What starts a pipeline, as the service writes it, told by the words of the reader's language. */
const shapes: [RegExp, MessageKey, string[]][] = [
  [/^cron (.+) \((.+)\)$/, "trigger.at", ["times", "zone"]],
  [/^files arriving for (.+)$/, "trigger.files", ["stage"]],
  [/^changes of (.+)$/, "trigger.changes", ["table"]],
];

/** The message of a trigger and its values; null for a kind that this console does not know. */
export function triggerOf(text: string): { key: MessageKey; values: Record<string, string> } | null {
  for (const [shape, key, names] of shapes) {
    const found = shape.exec(text);
    if (found !== null) return { key, values: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ""])) };
  }
  return null;
}
