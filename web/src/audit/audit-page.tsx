import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useSearchParams } from "react-router";
import { Problem } from "../api/client";
import { audit, type AuditSearch } from "../api/queries";
import type { AuditRecord } from "../api/types";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { Sheet } from "../ui/sheet";
import forms from "../ui/form.module.css";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { Tabs } from "../ui/tabs";
import { instant, local } from "../ui/times";
import styles from "./audit.module.css";
import { ExportDialog } from "./export-dialog";
import { HoldsTab } from "./holds-tab";
import { Whole } from "./record";
import { Times } from "./times";
import { Views } from "./views";

const filters = ["principal", "kind", "subject", "decision", "from", "until"] as const;
const decisions = ["allowed", "filtered", "denied", "failed"] as const;

/** Who saw what: the records, and what keeps or removes them. */
export default function AuditPage() {
  const { t } = useWords();
  const { session } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const part = parameters.get("part") === "people" ? "people" : "records";
  return (
    <Page title={t("place.audit")}>
      <h1 className={styles.title}>{t("place.audit")}</h1>
      <Tabs<"records" | "people">
        label={t("audit.parts")}
        value={part}
        tabs={(["records", "people"] as const).map((each) => ({ value: each, label: t(`audit.part.${each}`) }))}
        onChange={(next) => setParameters(next === "records" ? {} : { part: next })}
      >
        {part === "records" ? <Records /> : <HoldsTab administrator={session.administrator} />}
      </Tabs>
    </Page>
  );
}

/** The records, newest first, each of which opens whole with its proof. */
function Records() {
  const { t, number, dateTime } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const [exporting, setExporting] = useState(false);
  const search: AuditSearch = Object.fromEntries(
    filters.map((name) => [name, parameters.get(name) ?? undefined]).filter(([, value]) => value !== undefined),
  );
  const found = useInfiniteQuery(audit(search));
  const items = found.data?.pages.flatMap((page) => page.items);
  const verified = found.data?.pages[0]?.verifiedUntil ?? null;
  const horizon = found.data?.pages[0]?.horizon ?? null;
  const opened = parameters.get("record");

  const open = (record: string | null) => {
    const next = new URLSearchParams(parameters);
    if (record === null) next.delete("record");
    else next.set("record", record);
    setParameters(next, { replace: record === null });
  };

  return (
    <>
      <p className={styles.verified} data-testid="verified-until">
        {verified === null
          ? t("audit.unverified")
          : typeof verified === "number"
            ? t("audit.verifiedRecord", { n: number(verified) })
            : t("audit.verifiedTime", { at: dateTime(verified) })}
        {horizon && <span data-testid="horizon"> {t("audit.horizon", { at: dateTime(horizon.retiredUpTo) })}</span>}
      </p>
      <Filters key={filters.map((name) => search[name] ?? "").join("\n")} search={search} onSearch={setParameters} />
      {!(found.error instanceof Problem && found.error.status === 403) && (
        <Times
          search={search}
          onChoose={(from, until) => {
            const next = new URLSearchParams(parameters);
            for (const [name, value] of [["from", from], ["until", until]] as const) {
              if (value === undefined) next.delete(name);
              else next.set(name, value);
            }
            setParameters(next);
          }}
        />
      )}
      <div className={styles.tools}>
        <Views search={search} onOpen={setParameters} />
        <Button icon="download" onClick={() => setExporting(true)}>
          {t("audit.export")}
        </Button>
      </div>
      <ExportDialog open={exporting} search={search} onClose={() => setExporting(false)} />
      {items === undefined ? (
        found.error instanceof Problem && found.error.status === 403 ? (
          <NotForYou title={t("audit.none")}>{t("audit.none.what")}</NotForYou>
        ) : found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={12} />
        )
      ) : items.length === 0 ? (
        <Empty title={t("audit.empty")}>{t("audit.empty.what")}</Empty>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("place.audit")}>
          <table className={`${tables.table} ${styles.records}`}>
            <thead>
              <tr>
                <th scope="col" className={tables.right}>{t("audit.sequence")}</th>
                <th scope="col">{t("audit.at")}</th>
                <th scope="col">{t("audit.kind")}</th>
                <th scope="col">{t("audit.principal")}</th>
                <th scope="col">{t("audit.subject")}</th>
                <th scope="col">{t("audit.decision")}</th>
                <th scope="col">{t("audit.details")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((record) => (
                <Record key={record.sequence} record={record} onOpen={open} />
              ))}
            </tbody>
          </table>
          {found.hasNextPage && (
            <Button
              className={tables.more}
              onClick={() => void found.fetchNextPage()}
              disabled={found.isFetchingNextPage}
            >
              {t("action.more")}
            </Button>
          )}
        </div>
      )}
      <Sheet
        open={opened !== null}
        onClose={() => open(null)}
        title={opened === null ? "" : t("audit.record", { n: opened })}
      >
        {opened !== null && <Whole sequence={opened} />}
      </Sheet>
    </>
  );
}

function Filters({ search, onSearch }: { search: AuditSearch; onSearch(next: Record<string, string>): void }) {
  const { t } = useWords();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const next: Record<string, string> = {};
    for (const name of filters) {
      const value = String(data.get(name) ?? "").trim();
      if (value !== "") next[name] = name === "from" || name === "until" ? instant(value) : value;
    }
    onSearch(next);
  };
  return (
    <form className={forms.line} onSubmit={submit} onReset={() => onSearch({})}>
      {(["principal", "kind", "subject"] as const).map((name) => (
        <label key={name}>
          {t(`audit.${name}`)}
          <input name={name} defaultValue={search[name]} autoComplete="off" spellCheck={false} />
        </label>
      ))}
      <label>
        {t("audit.decision")}
        <select name="decision" defaultValue={search.decision ?? ""}>
          <option value="">{t("audit.decision.any")}</option>
          {decisions.map((decision) => (
            <option key={decision} value={decision}>
              {t(`audit.decision.${decision}`)}
            </option>
          ))}
        </select>
      </label>
      {(["from", "until"] as const).map((name) => (
        <label key={name}>
          {t(`audit.${name}`)}
          <input name={name} type="datetime-local" step="1" defaultValue={local(search[name])} />
        </label>
      ))}
      <div className={styles.actions}>
        <Button type="submit">{t("audit.apply")}</Button>
        <Button type="reset" kind="quiet">
          {t("audit.reset")}
        </Button>
      </div>
    </form>
  );
}

function Record({ record, onOpen }: { record: AuditRecord; onOpen(sequence: string): void }) {
  const { number } = useWords();
  return (
    <tr onClick={() => onOpen(String(record.sequence))}>
      <td className={tables.right}>
        <button type="button" className={styles.open} aria-haspopup="dialog">
          {number(record.sequence)}
        </button>
      </td>
      <td>
        <Moment at={record.at} exact />
      </td>
      <td>{record.kind}</td>
      <td>{record.principal ?? "–"}</td>
      <td>{record.subject ?? "–"}</td>
      <td>{record.decision ?? "–"}</td>
      <td className={styles.details} lang="en">{brief(record.details)}</td>
    </tr>
  );
}

function brief(details: unknown): string {
  if (details === null || details === undefined) return "";
  if (typeof details !== "object") return String(details);
  return Object.entries(details)
    .map(([key, value]) => `${key} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
}
