import { useSyncExternalStore } from "react";
import { preference } from "../design/preferences";
import { useWords } from "../i18n/i18n";
import { languages, type Language } from "../i18n/translate";
import { Button, IconButton } from "../ui/button";
import { Menu, MenuChoice } from "../ui/menu";

export type Scheme = "system" | "light" | "dark";

const chosen = preference<"light" | "dark">("scheme", ["light", "dark"]);
const listeners = new Set<() => void>();

/** Shows the console in these colours, now and the next time. */
export function chooseScheme(scheme: Scheme) {
  chosen.write(scheme === "system" ? null : scheme);
  if (scheme === "system") delete document.documentElement.dataset["scheme"];
  else document.documentElement.dataset["scheme"] = scheme;
  listeners.forEach((listener) => listener());
}

export function useScheme(): Scheme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (document.documentElement.dataset["scheme"] as Scheme | undefined) ?? "system",
  );
}

export function SchemeChoice() {
  const { t } = useWords();
  const scheme = useScheme();
  return (
    <MenuChoice<Scheme>
      label={t("frame.scheme")}
      value={scheme}
      onChange={chooseScheme}
      options={[
        { value: "system", label: t("scheme.system") },
        { value: "light", label: t("scheme.light") },
        { value: "dark", label: t("scheme.dark") },
      ]}
    />
  );
}

export function LanguageChoice() {
  const { t, language, setLanguage } = useWords();
  return (
    <MenuChoice<Language>
      label={t("frame.language")}
      value={language}
      onChange={setLanguage}
      options={languages.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}

export function SchemeMenu() {
  const { t } = useWords();
  const scheme = useScheme();
  return (
    <Menu trigger={<IconButton icon={scheme} label={t("frame.scheme")} />}>
      <SchemeChoice />
    </Menu>
  );
}

export function LanguageMenu() {
  const { t, language } = useWords();
  return (
    <Menu
      trigger={
        <Button kind="quiet" icon="language" title={t("frame.language")}>
          <span className="hidden-visually">{t("frame.language")}: </span>
          {language.toUpperCase()}
        </Button>
      }
    >
      <LanguageChoice />
    </Menu>
  );
}
