import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { datasetsLike, usedDatasets } from "../api/queries";
import type { DatasetItem } from "../api/types";
import { savedViews } from "../catalog/saved-views";
import { addressOf } from "../catalog/search";
import { Icon, type IconName } from "../design/icons";
import { chooseScheme } from "../frame/choices";
import { placesOf } from "../frame/places";
import { useWords } from "../i18n/i18n";
import { languages } from "../i18n/translate";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { matching } from "./matching";
import styles from "./palette.module.css";

interface Command {
  id: string;
  icon: IconName;
  title: string;
  about?: string;
  run(): void;
}

interface Group {
  title: string;
  commands: Command[];
}

/** Goes anywhere and does what is done often, by a few letters: datasets, pages, actions. */
export default function Palette({ open, onClose }: { open: boolean; onClose(): void }) {
  const { t } = useWords();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.palette}>
          <Dialog.Title className="hidden-visually">{t("palette.title")}</Dialog.Title>
          <Commands onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands({ onClose }: { onClose(): void }) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { groups, busy } = useGroups(text.trim());
  const all = groups.flatMap(({ commands }) => commands);
  const current = Math.min(at, all.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, all.length]);

  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = all.length - 1;
    const next = { ArrowDown: current >= last ? 0 : current + 1, ArrowUp: current <= 0 ? last : current - 1, PageDown: last, PageUp: 0 }[event.key];
    if (event.key === "Enter" && !event.nativeEvent.isComposing) run(all[current]);
    else if (next !== undefined) setAt(Math.max(0, next));
    else return;
    event.preventDefault();
  };

  let number = 0;
  return (
    <>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={all.length === 0 ? undefined : `${id}-${current}`}
          aria-autocomplete="list"
          aria-label={t("palette.field")}
          placeholder={t("palette.field")}
          value={text}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Dialog.Close className={styles.close}>{t("action.close")}</Dialog.Close>
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={t("palette.title")} aria-busy={busy} className={styles.list}>
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className={styles.group} role="presentation">
              {group.title}
            </div>
            {group.commands.map((command) => {
              const mine = number++;
              return (
                <div
                  key={command.id}
                  id={`${id}-${mine}`}
                  role="option"
                  aria-selected={mine === current}
                  className={styles.command}
                  onPointerMove={() => mine !== current && setAt(mine)}
                  onClick={() => run(command)}
                >
                  <Icon name={command.icon} />
                  <span className={styles.title}>{command.title}</span>
                  {command.about !== undefined && <span className={styles.about}>{command.about}</span>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className={styles.count} role="status">
        {all.length === 0 ? t("palette.none") : t("palette.count", { n: all.length })}
      </p>
    </>
  );
}

/** What is offered for a text: without one what was used lately, and everything there is to go to and to do. */
function useGroups(text: string): { groups: Group[]; busy: boolean } {
  const { t, language, setLanguage } = useWords();
  const { session, signOut } = useSession();
  const navigate = useNavigate();
  const asked = useLater(text);
  const mine = useMemo(() => capabilities(session), [session]);
  const knows = mine.has("catalog");
  const used = useQuery({ ...usedDatasets(5), enabled: knows && text === "" });
  const views = useQuery({ ...savedViews(), enabled: knows });
  const like = useQuery({ ...datasetsLike(asked), enabled: knows && asked !== "" });

  const go = (to: string) => () => void navigate(to);
  const dataset = (item: DatasetItem): Command => ({
    id: `dataset ${item.uuid}`,
    icon: "table",
    title: `${item.database}.${item.name}`,
    ...(item.zone === null ? {} : { about: t(`zone.${item.zone}`) }),
    run: go(`/catalog/${encodeURIComponent(item.database)}/${encodeURIComponent(item.name)}`),
  });
  const pages = placesOf(mine).map(
    ({ name, to, icon }): Command => ({ id: to, icon, title: t(`place.${name}`), run: go(to) }),
  );
  if (mine.has("requests")) pages.push({ id: "/notifications", icon: "bell", title: t("notices.title"), run: go("/notifications") });
  pages.push({ id: "/me", icon: "person", title: t("me.title"), run: go("/me") });
  const actions: Command[] = [];
  if (mine.has("query")) actions.push({ id: "query", icon: "run", title: t("palette.query"), run: go("/query#sql=") });
  if (mine.has("requests")) actions.push({ id: "request", icon: "requests", title: t("palette.request"), run: go("/requests/new") });
  for (const { id, name } of languages) {
    if (id !== language) actions.push({ id, icon: "language", title: t("palette.language", { name }), run: () => setLanguage(id) });
  }
  for (const scheme of ["light", "dark", "system"] as const) {
    actions.push({ id: scheme, icon: scheme, title: t(`palette.scheme.${scheme}`), run: () => chooseScheme(scheme) });
  }
  actions.push({ id: "out", icon: "out", title: t("frame.signOut"), run: () => void signOut() });

  const found = text !== "" && like.data !== undefined && asked !== "" ? like.data.items.map(dataset) : [];
  const everywhere: Command[] =
    text !== "" && knows
      ? [{ id: "search", icon: "search", title: t("palette.search", { q: text }), run: go(`/catalog?q=${encodeURIComponent(text)}`) }]
      : [];
  const kept = (views.data?.items ?? []).map(
    ({ name, conditions }): Command => ({ id: `view ${name}`, icon: "search", title: name, run: go(addressOf(conditions)) }),
  );
  // Datasets come later than the letters: below, so that nothing moves away under the choice.
  const groups = [
    { title: t("palette.recent"), commands: text === "" ? (used.data?.items ?? []).map(dataset) : [] },
    { title: t("palette.views"), commands: matching(kept, text) },
    { title: t("palette.pages"), commands: matching(pages, text) },
    { title: t("palette.actions"), commands: matching(actions, text) },
    { title: t("palette.datasets"), commands: [...found, ...everywhere] },
  ].filter(({ commands }) => commands.length > 0);
  return { groups, busy: like.isFetching || asked !== text };
}

/** The text once no letter has come for a moment. */
function useLater(text: string): string {
  const [later, setLater] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), 120);
    return () => clearTimeout(timer);
  }, [text]);
  return later;
}
