import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { client, Problem } from "../api/client";
import { specOf } from "../charts/spec";
import { savedChart, type ChartDraft, type SavedChart } from "../dashboards/api";
import { useWords } from "../i18n/i18n";
import { newRequestPath } from "../requests/address";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Failure, NotForYou, WhyNot } from "../ui/states";
import { namedQuery, originOf, type NamedQuery } from "./named";
import styles from "./query.module.css";
import { SaveQuery } from "./save-query";
import { titleOf } from "./tabs";

/** What the text in the editor was opened from, as far as it is known. */
export function useOrigin(search: string) {
  const origin = originOf(search);
  const named = useQuery({ ...namedQuery(origin?.id ?? ""), enabled: origin?.kind === "named" });
  const charted = useQuery({ ...savedChart(origin?.id ?? ""), enabled: origin?.kind === "charted" });
  const found = origin?.kind === "named" ? named : charted;
  const sql = origin === null ? null : (found.data?.sql ?? null);
  return {
    origin,
    sql,
    /** What names without a database are looked up in. */
    database: origin === null ? null : (found.data?.database ?? null),
    mine: origin !== null && found.data?.mine === true,
    named: origin?.kind === "named" ? named.data : undefined,
    charted: origin?.kind === "charted" ? charted.data : undefined,
    error: origin === null || !found.isError ? null : found.error,
    retry: () => void found.refetch(),
  };
}

type Known = ReturnType<typeof useOrigin>;

interface Props {
  known: Known;
  search: string;
  text(): string;
  /** The text as the address has it. */
  written: string;
  onNamed(query: NamedQuery): void;
}

/** Saves the text where it comes from, or under a name. */
export function SaveText({ known, search, text, written, onNamed }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [asking, ask] = useState(false);
  const { named, charted, mine, sql } = known;
  const save = useMutation({
    mutationFn: async () => {
      if (charted !== undefined) {
        const { title, description, database = null, shared } = charted;
        const chart = specOf(new URLSearchParams(search)) ?? charted.chart;
        if (chart === null) return;
        const draft: ChartDraft = { title, description: description ?? "", database, sql: statement(text()), chart, shared };
        const saved = await client.put<SavedChart>(`/charts/${encodeURIComponent(charted.id)}`, draft);
        cache.setQueryData(["charts", charted.id], saved);
        void cache.invalidateQueries({ queryKey: ["charts"], exact: true });
      } else if (named !== undefined) {
        const { name, description, database, shared } = named;
        const saved = await client.put<NamedQuery>(`/named-queries/${encodeURIComponent(named.id)}`, { name, description, database, shared, sql: text() });
        cache.setQueryData(["named-queries", named.id], saved);
      }
    },
  });
  const about = named?.name ?? charted?.title;
  const changed = sql !== null && written !== sql;
  const spec = charted === undefined ? null : specOf(new URLSearchParams(search));
  const redrawn = spec !== null && JSON.stringify(spec) !== JSON.stringify(charted?.chart);
  return (
    <span className={styles.origin}>
      {about !== undefined && (
        <span className={styles.originName} data-testid="origin">
          {charted === undefined ? about : <Link to={`/charts/${encodeURIComponent(charted.id)}`}>{about}</Link>}
          <span className="soft" role="status">
            {save.isError ? "" : changed || redrawn ? ` · ${t("named.changed")}` : save.isSuccess ? ` · ${t("named.saved")}` : ""}
          </span>
        </span>
      )}
      {mine && (
        <Button onClick={() => save.mutate()} disabled={save.isPending || !(changed || redrawn) || written.trim() === ""}>
          {t("charts.keep")}
        </Button>
      )}
      {charted === undefined && (
        <Button kind={mine ? "quiet" : "plain"} onClick={() => ask(true)} disabled={written.trim() === ""}>
          {mine ? t("named.saveAs") : t("named.saveShort")}
        </Button>
      )}
      {save.isError && (
        <span className={styles.originRefusal} role="alert">
          <WhyNot by={save.error} />
        </span>
      )}
      {asking && (
        <SaveQuery
          open
          onClose={() => ask(false)}
          onSaved={(query) => {
            ask(false);
            onNamed(query);
          }}
          sql={text()}
          database={known.database}
          usual={titleOf(text())}
        />
      )}
    </span>
  );
}

/** A text without the semicolon at its end. */
const statement = (text: string) => text.trim().replace(/;\s*$/, "");

/** Why a text that somebody shares is not shown. */
export function OriginUnseen({ known }: { known: Known }) {
  const { t } = useWords();
  if (known.error !== null) {
    return known.error instanceof Problem && known.error.status === 404 ? (
      <NotForYou title={t("named.missing")}>{t("charts.missing.what")}</NotForYou>
    ) : (
      <Failure error={known.error} onRetry={known.retry} />
    );
  }
  const of = known.named ?? known.charted;
  if (of === undefined || of.sql !== null) return null;
  return (
    <NotForYou title={t("charts.closed")}>
      <p>{of.state === "broken" ? t("named.broken.what") : t("named.closed.what")}</p>
      {of.ask.length > 0 && (
        <Link
          className={buttons.button}
          to={newRequestPath({ permission: "SELECT", items: of.ask.map((dataset) => ({ dataset, columns: [] })) })}
        >
          {t("query.request")}
        </Link>
      )}
    </NotForYou>
  );
}
