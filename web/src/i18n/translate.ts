import en from "./en.json";
import es from "./es.json";

export type MessageKey = keyof typeof en;
export type Language = "en" | "es";

/** A text, or one for each plural form of the parameter `n`. */
export type Message = string | { one: string; other: string };
export type Values = Record<string, string | number>;

/** Typed so that the compiler names a key that one language lacks. */
export const catalogs: Record<Language, Record<MessageKey, Message>> = { en, es };

export const languages: { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "es", name: "Español" },
];

/** The text of {@link key}; `{name}` stands for a value, numbers are written as the language writes them. */
export function translate(language: Language, key: MessageKey, values: Values = {}): string {
  const message = catalogs[language][key];
  const form =
    typeof message === "string"
      ? message
      : new Intl.PluralRules(language).select(Number(values["n"])) === "one"
        ? message.one
        : message.other;
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? formatNumber(language, value) : (value ?? "");
  });
}

// Spanish leaves four digits ungrouped by default; in tables the columns must line up.
const grouped = (language: Language) => new Intl.NumberFormat(language, { useGrouping: "always" } as Intl.NumberFormatOptions);
// Making one takes longer than a hundred numbers do, and a grid that is scrolled writes many.
const numbers: Record<Language, Intl.NumberFormat> = { en: grouped("en"), es: grouped("es") };

export function formatNumber(language: Language, value: number): string {
  return numbers[language].format(value);
}

export function formatBytes(language: Language, bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

/** 43 ms, 1.2 s, 2 min 5 s, 1 h 4 min. */
export function formatDuration(language: Language, milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return `${new Intl.NumberFormat(language, digits).format(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return new Intl.NumberFormat(language, { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.round(hours / 24));
}

/** How long ago, in the largest unit that is not zero; the future counts as now. */
export function formatAgo(language: Language, then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["year", 31_557_600],
    ["month", 2_629_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of steps) {
    if (seconds >= size) return format.format(-Math.floor(seconds / size), unit);
  }
  return format.format(0, "second");
}
