import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { AccessBand } from "../access/access-band";
import { shownOfTable } from "../access/band";
import { client } from "../api/client";
import { isOver } from "../api/queries";
import type { Execution, ResultPage, Run, Stage } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Empty, Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./pipelines.module.css";

/** What makes a row of a quarantine understood, in this order; the rest is beside the point here. */
const told = ["_reason", "_rule", "_file", "_line", "_raw"];

type Answered = Execution & { results?: ResultPage };

/** Asks as whoever looks: the table is governed, and its policies decide what comes back. */
async function ask(sql: string): Promise<Answered> {
  let execution = await client.post<Answered>("/queries", { sql, waitMs: 10_000 });
  while (!isOver(execution.state)) {
    await new Promise((wake) => setTimeout(wake, 500));
    execution = await client.get<Answered>(`/queries/${encodeURIComponent(execution.id)}`, {});
  }
  if (execution.state === "SUCCEEDED" && execution.results === undefined) {
    const results = await client.get<ResultPage>(`/queries/${encodeURIComponent(execution.id)}/results`, { limit: 200 });
    return { ...execution, results };
  }
  return execution;
}

/** The rows that a stage of this run has put aside, with the reason of each. */
export function Quarantine({ run, stage }: { run: Run; stage: Stage }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const aside = stage.quarantine;
  const found = useQuery({
    queryKey: ["quarantine", run.id, stage.name, stage.endedAt],
    queryFn: () => ask(aside?.sql ?? ""),
    enabled: open && aside != null,
    staleTime: Infinity,
    retry: false,
  });
  if (aside == null || !stage.rowsRejected) return null;
  return (
    <section className={styles.quarantine}>
      <h3>{t("run.quarantine", { n: stage.rowsRejected })}</h3>
      <p className="soft">{t("run.quarantine.what", { table: aside.table })}</p>
      <p className={styles.acts}>
        {!open && <Button onClick={() => setOpen(true)}>{t("run.quarantine.show")}</Button>}
        <Link className={buttons.button} to={`/query#sql=${encodeURIComponent(aside.sql)}`}>
          {t("run.quarantine.query")}
        </Link>
      </p>
      {open &&
        (found.data === undefined ? (
          found.isError ? (
            <Failure error={found.error} onRetry={() => void found.refetch()} />
          ) : (
            <Waiting rows={4} />
          )
        ) : (
          <Rows execution={found.data} />
        ))}
    </section>
  );
}

function Rows({ execution }: { execution: Answered }) {
  const { t } = useWords();
  const results = execution.results;
  if (results === undefined) {
    return (
      <p className={styles.refused} role="alert" lang={execution.error?.messageLanguage}>
        {execution.error?.message ?? t("failure.unknown")}
      </p>
    );
  }
  const shown = told.flatMap((name) => {
    const index = results.columns.findIndex((column) => column.name === name);
    return index < 0 ? [] : [{ name, index }];
  });
  return (
    <>
      {(execution.access?.tables ?? []).map((table) => (
        <AccessBand key={table.table} shown={shownOfTable(table)} because={table.because} />
      ))}
      {results.rows.length === 0 ? (
        <Empty title={t("query.noRows")}>{t("run.quarantine.none")}</Empty>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("run.quarantine.rows")}>
          <table className={tables.table} data-testid="quarantined">
            <thead>
              <tr>
                {shown.map(({ name }) => (
                  <th key={name} scope="col">
                    {name.slice(1)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {results.rows.map((row, line) => (
                <tr key={line}>
                  {shown.map(({ name, index }) => (
                    <td key={name} className={name === "_raw" || name === "_reason" ? `${tables.wrap} ${name === "_raw" ? "mono" : ""}` : undefined}>
                      {row[index] ?? <span className="soft">–</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
