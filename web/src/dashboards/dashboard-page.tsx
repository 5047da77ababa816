import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { Problem } from "../api/client";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { dashboard } from "./api";
import styles from "./dashboards.module.css";
import { DrawnChart } from "./drawn-chart";

/** A page of charts, each drawn of the rows of whoever looks. */
export default function DashboardPage() {
  const { t, language } = useWords();
  const { name = "" } = useParams();
  const found = useQuery(dashboard(name));
  const page = found.data;
  const title = page?.title[language] ?? t("place.dashboards");
  return (
    <Page title={title}>
      {found.isError ? (
        found.error instanceof Problem && found.error.status === 404 ? (
          <NotForYou title={t("dashboards.missing")}>
            <p>{t("charts.missing.what")}</p>
            <Link to="/dashboards">{t("charts.toAll")}</Link>
          </NotForYou>
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : page === undefined ? (
        <Waiting rows={10} />
      ) : (
        <>
          <h1>{title}</h1>
          {page.description !== null && <p className="soft">{page.description[language]}</p>}
          <div className={styles.grid}>
            {page.charts.map((chart, index) => (
              <section key={index} className={styles.tile} aria-label={chart.title[language]} data-testid="tile" data-state={chart.state}>
                <h2>{chart.title[language]}</h2>
                <DrawnChart charted={chart} title={chart.title[language]} />
              </section>
            ))}
          </div>
        </>
      )}
    </Page>
  );
}
