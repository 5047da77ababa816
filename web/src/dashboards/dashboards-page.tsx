import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Empty, Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { charts, dashboards } from "./api";
import styles from "./dashboards.module.css";

/** Pages of charts that workspaces declare, and charts that people saved, as far as they are there for whoever looks. */
export default function DashboardsPage() {
  const { t, language } = useWords();
  const pages = useQuery(dashboards());
  const saved = useQuery(charts());
  return (
    <Page title={t("place.dashboards")}>
      <h1>{t("place.dashboards")}</h1>
      <p className="soft">{t("dashboards.what")}</p>
      {pages.isError && <Failure error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <Waiting rows={4} />}
      {pages.data?.items.length === 0 && <Empty title={t("dashboards.none")}>{t("dashboards.none.what")}</Empty>}
      {pages.data !== undefined && pages.data.items.length > 0 && (
        <ul className={styles.cards}>
          {pages.data.items.map(({ name, title, description, charts: n }) => (
            <li key={name} className={styles.card}>
              <Link to={`/dashboards/${encodeURIComponent(name)}`}>{title[language]}</Link>
              {description !== null && <p>{description[language]}</p>}
              <p className="soft small">{t("dashboards.charts", { n })}</p>
            </li>
          ))}
        </ul>
      )}
      <h2 className={styles.part}>{t("charts.saved")}</h2>
      {saved.isError && <Failure error={saved.error} onRetry={() => void saved.refetch()} />}
      {saved.isPending && <Waiting rows={4} />}
      {saved.data?.items.length === 0 && <Empty title={t("charts.none")}>{t("charts.none.what")}</Empty>}
      {saved.data !== undefined && saved.data.items.length > 0 && (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("charts.saved")}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("charts.title")}</th>
                <th scope="col">{t("chart.kind")}</th>
                <th scope="col">{t("charts.owner")}</th>
                <th scope="col">{t("charts.savedAt")}</th>
              </tr>
            </thead>
            <tbody>
              {saved.data.items.map((chart) => (
                <tr key={chart.id}>
                  <td>
                    <Link to={`/charts/${encodeURIComponent(chart.id)}`}>{chart.title}</Link>
                    {chart.description !== null && <div className="soft small">{chart.description}</div>}
                  </td>
                  <td>{t(`chart.${chart.kind}`)}</td>
                  <td>
                    {chart.owner}
                    {chart.mine && <span className="soft"> · {chart.shared ? t("charts.isShared") : t("charts.isPrivate")}</span>}
                  </td>
                  <td>
                    <Moment at={chart.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}
