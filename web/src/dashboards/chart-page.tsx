import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { client, Problem } from "../api/client";
import { withSpec } from "../charts/spec";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { queryPath } from "../query/address";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Dialog } from "../ui/dialog";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { savedChart, type SavedChart } from "./api";
import styles from "./dashboards.module.css";
import { DrawnChart } from "./drawn-chart";
import { SaveChart } from "./save-chart";

/** A saved chart, drawn of the rows of whoever opens it. */
export default function ChartPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const found = useQuery(savedChart(id));
  if (found.isError) {
    return (
      <Page title={t("charts.chart")}>
        {found.error instanceof Problem && found.error.status === 404 ? (
          <NotForYou title={t("charts.missing")}>
            <p>{t("charts.missing.what")}</p>
            <Link to="/dashboards">{t("charts.toAll")}</Link>
          </NotForYou>
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  }
  const chart = found.data;
  return (
    <Page title={chart?.title ?? t("charts.chart")}>
      {chart === undefined ? (
        <Waiting rows={8} />
      ) : (
        <article className={styles.alone}>
          <header className={styles.head}>
            <div>
              <h1>{chart.title}</h1>
              <p className="soft">
                {chart.mine ? t("charts.mine") : t("charts.of", { owner: chart.owner })} · <Moment at={chart.createdAt} /> ·{" "}
                {chart.shared ? t("charts.isShared") : t("charts.isPrivate")}
              </p>
              {chart.description !== null && <p>{chart.description}</p>}
            </div>
            {chart.mine && <Own key={`${chart.title} ${chart.shared}`} chart={chart} />}
          </header>
          <DrawnChart charted={chart} title={chart.title} />
        </article>
      )}
    </Page>
  );
}

function Own({ chart }: { chart: SavedChart }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [open, show] = useState<"change" | "delete" | null>(null);
  const remove = useMutation({
    mutationFn: () => client.delete(`/charts/${encodeURIComponent(chart.id)}`),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ["charts"], exact: true });
      void navigate("/dashboards");
    },
  });
  if (chart.sql === null || chart.chart === null) return null;
  return (
    <div className={styles.ways}>
      <Link
        className={buttons.button}
        to={queryPath(null, chart.sql, `?${withSpec(new URLSearchParams({ charted: chart.id }), chart.chart).toString()}`)}
      >
        {t("charts.edit")}
      </Link>
      <Button onClick={() => show("change")}>{t("charts.change")}</Button>
      <Button kind="quiet" onClick={() => show("delete")}>
        {t("charts.delete")}
      </Button>
      <SaveChart
        open={open === "change"}
        onClose={() => show(null)}
        onSaved={() => show(null)}
        sql={chart.sql}
        database={chart.database ?? null}
        chart={chart.chart}
        before={chart}
      />
      <Dialog
        open={open === "delete"}
        onClose={() => show(null)}
        title={t("charts.delete")}
        actions={
          <>
            <Button onClick={() => show(null)}>{t("action.cancel")}</Button>
            <Button kind="primary" onClick={() => remove.mutate()} disabled={remove.isPending}>
              {t("charts.delete")}
            </Button>
          </>
        }
      >
        <p>{t("charts.delete.what", { title: chart.title })}</p>
        {remove.isError && <Failure error={remove.error} />}
      </Dialog>
    </div>
  );
}
