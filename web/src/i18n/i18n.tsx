import { createContext, useContext, useMemo, useState, useLayoutEffect, type ReactNode } from "react";
import { client } from "../api/client";
import { preference } from "../design/preferences";
import {
  formatAgo,
  formatBytes,
  formatDuration,
  formatNumber,
  translate,
  type Language,
  type MessageKey,
  type Values,
} from "./translate";

export interface Words {
  language: Language;
  setLanguage(language: Language): void;
  t(key: MessageKey, values?: Values): string;
  number(value: number): string;
  bytes(value: number): string;
  duration(milliseconds: number): string;
  dateTime(iso: string): string;
  ago(iso: string): string;
}

const Context = createContext<Words | null>(null);
const chosen = preference<Language>("language", ["en", "es"]);

function initial(): Language {
  return chosen.read() ?? (navigator.language.toLowerCase().startsWith("es") ? "es" : "en");
}

/** The language as this person's region writes it: days before months for some, after them for others. */
export function regional(language: Language): string {
  return navigator.languages.find((each) => each.toLowerCase().startsWith(`${language}-`)) ?? language;
}

/** Puts the texts, numbers and times of one language around the console. */
export function I18n({ children }: { children: ReactNode }) {
  const [language, choose] = useState(initial);
  useLayoutEffect(() => {
    document.documentElement.lang = language;
    client.speak(language);
  }, [language]);
  const words = useMemo<Words>(() => {
    const when = new Intl.DateTimeFormat(regional(language), { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
    return {
      language,
      setLanguage: (next) => {
        chosen.write(next);
        choose(next);
      },
      t: (key, values) => translate(language, key, values),
      number: (value) => formatNumber(language, value),
      bytes: (value) => formatBytes(language, value),
      duration: (value) => formatDuration(language, value),
      dateTime: (iso) => when.format(new Date(iso)),
      ago: (iso) => formatAgo(language, Date.parse(iso), Date.now()),
    };
  }, [language]);
  return <Context value={words}>{children}</Context>;
}

export function useWords(): Words {
  const words = useContext(Context);
  if (words === null) throw new Error("useWords outside I18n");
  return words;
}

/** A moment: how long ago, with the exact local time for those who point at it. */
export function Moment({ at, exact = false }: { at: string; exact?: boolean }) {
  const { ago, dateTime } = useWords();
  return (
    <time dateTime={at} title={exact ? at : `${dateTime(at)} · ${at}`}>
      {exact ? dateTime(at) : ago(at)}
    </time>
  );
}
