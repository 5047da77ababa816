import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useSearchParams } from "react-router";
import { Problem } from "../api/client";
import { audit, auditProof, type AuditSearch } from "../api/queries";
import type { AuditRecord } from "../api/types";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Sheet } from "../ui/sheet";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./audit.module.css";

const filters = ["principal", "kind", "subject", "from", "until"] as const;

/** Who saw what: the records, newest first, each of which opens whole with its proof. */
export default function AuditPage() {
  const { t, number, dateTime } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const search: AuditSearch = Object.fromEntries(
    filters.map((name) => [name, parameters.get(name) ?? undefined]).filter(([, value]) => value !== undefined),
  );
  const found = useInfiniteQuery(audit(search));
  const items = found.data?.pages.flatMap((page) => page.items);
  const verified = found.data?.pages[0]?.verifiedUntil ?? null;
  const opened = parameters.get("record");

  const open = (record: string | null) => {
    const next = new URLSearchParams(parameters);
    if (record === null) next.delete("record");
    else next.set("record", record);
    setParameters(next, { replace: record === null });
  };

  return (
    <Page title={t("place.audit")}>
      <h1>{t("place.audit")}</h1>
      <p className="soft" data-testid="verified-until">
        {verified === null
          ? t("audit.unverified")
          : typeof verified === "number"
            ? t("audit.verifiedRecord", { n: number(verified) })
            : t("audit.verifiedTime", { at: dateTime(verified) })}
      </p>
      <Filters key={filters.map((name) => search[name] ?? "").join("\n")} search={search} onSearch={setParameters} />
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
        <div className={styles.scroll} role="region" tabIndex={0} aria-label={t("place.audit")}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col" className={styles.right}>{t("audit.sequence")}</th>
                <th scope="col">{t("audit.at")}</th>
                <th scope="col">{t("audit.kind")}</th>
                <th scope="col">{t("audit.principal")}</th>
                <th scope="col">{t("audit.subject")}</th>
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
              className={styles.more}
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
    </Page>
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
    <form className={styles.filters} onSubmit={submit} onReset={() => onSearch({})}>
      {(["principal", "kind", "subject"] as const).map((name) => (
        <label key={name}>
          {t(`audit.${name}`)}
          <input name={name} defaultValue={search[name]} autoComplete="off" spellCheck={false} />
        </label>
      ))}
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

/** The field speaks local time, the API UTC. */
function instant(value: string): string {
  return new Date(value).toISOString();
}

function local(iso: string | undefined): string | undefined {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return undefined;
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function Record({ record, onOpen }: { record: AuditRecord; onOpen(sequence: string): void }) {
  const { number } = useWords();
  return (
    <tr onClick={() => onOpen(String(record.sequence))}>
      <td className={styles.right}>
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
      <td className={styles.details}>{brief(record.details)}</td>
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

function Whole({ sequence }: { sequence: string }) {
  const { t } = useWords();
  const [proofShown, showProof] = useState(false);
  const found = useQuery(auditProof(sequence));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  const { record, proof } = found.data;
  return (
    <div className={styles.whole}>
      <dl>
        <dt>{t("audit.at")}</dt>
        <dd>
          <Moment at={record.at} exact />
          <div className="soft mono small">{record.at}</div>
        </dd>
        <dt>{t("audit.kind")}</dt>
        <dd>{record.kind}</dd>
        <dt>{t("audit.principal")}</dt>
        <dd>{record.principal ?? "–"}</dd>
        <dt>{t("audit.subject")}</dt>
        <dd>{record.subject ?? "–"}</dd>
      </dl>
      <h3>{t("audit.details")}</h3>
      <pre>{JSON.stringify(record.details, null, 2)}</pre>
      <h3>{t("audit.proof")}</h3>
      <p className="soft">{t("audit.proof.what", { size: proof.treeSize })}</p>
      <Button onClick={() => showProof(!proofShown)} aria-expanded={proofShown}>
        {proofShown ? t("audit.proof.hide") : t("audit.proof.show")}
      </Button>
      {proofShown && (
        <>
          <pre>{[proof.leafHash, ...proof.hashes].join("\n")}</pre>
          <pre>{proof.checkpoint}</pre>
        </>
      )}
    </div>
  );
}
