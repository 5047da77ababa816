import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { AccessBand } from "../access/access-band";
import { shownOfTable } from "../access/band";
import { Chart } from "../charts/chart";
import { fitting, withSpec, type ChartSpec } from "../charts/spec";
import { useWords } from "../i18n/i18n";
import { queryPath } from "../query/address";
import { newRequestPath } from "../requests/address";
import buttons from "../ui/button.module.css";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import { outcome, type Charted } from "./api";
import styles from "./dashboards.module.css";

/** A chart as whoever looks may see it: drawn of their own rows, or with the way to ask for them. */
export function DrawnChart({ charted, title }: { charted: Charted; title: string }) {
  const { t } = useWords();
  const { state, sql, chart, ask } = charted;
  if (state === "closed") {
    return (
      <NotForYou title={t("charts.closed")}>
        <p>{t("charts.closed.what")}</p>
        <Link
          className={buttons.button}
          to={newRequestPath({ permission: "SELECT", items: ask.map((dataset) => ({ dataset, columns: [] })) })}
        >
          {t("query.request")}
        </Link>
      </NotForYou>
    );
  }
  if (state === "broken" || sql === null || chart === null) return <Empty title={t("charts.broken")}>{t("charts.broken.what")}</Empty>;
  return <Rows sql={sql} database={charted.database ?? null} spec={chart} title={title} />;
}

function Rows({ sql, database, spec, title }: { sql: string; database: string | null; spec: ChartSpec; title: string }) {
  const { t } = useWords();
  const found = useQuery(outcome(sql, database));
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Waiting rows={8} />;
  const { execution, columns, rows } = found.data;
  return (
    <div className={styles.drawn}>
      {(execution.access?.tables ?? []).map((table, _, all) => (
        <AccessBand key={table.table} shown={shownOfTable(table)} because={table.because} {...(all.length > 1 ? { about: table.table } : {})} />
      ))}
      {execution.state !== "SUCCEEDED" ? (
        <Failure error={execution.error ?? null} kept={<span lang={execution.error?.messageLanguage}>{execution.error?.message ?? t(`execution.${execution.state}`)}</span>} onRetry={() => void found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t("query.noRows")}>{t("query.noRows.what")}</Empty>
      ) : (
        <Chart spec={fitting(spec, columns)} columns={columns} rows={rows} title={title} />
      )}
      <Link className="small" to={queryPath(execution.id, sql, `?${withSpec(new URLSearchParams(), spec).toString()}`)}>
        {t("charts.openQuery")}
      </Link>
    </div>
  );
}
