import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Empty, Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { Tabs } from "../ui/tabs";
import { grantReport, reviews, type Report, type Review } from "./api";
import styles from "./reviews.module.css";
import { personName, Use, useScope, useSource } from "./words";

type View = "mine" | "all" | Report;

/** The reviews one has a part in, and what grants are not needed, for those who watch over them. */
export default function ReviewsPage() {
  const { t } = useWords();
  const { session } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const first = useInfiniteQuery(reviews("mine"));
  const mayStart = first.data?.pages[0]?.mayStart === true;
  const auditor = session.profiles.includes("auditor");
  const views: View[] = [
    "mine",
    ...(session.administrator || auditor ? (["all"] as const) : []),
    ...(session.administrator || auditor || mayStart ? (["unused", "excess"] as const) : []),
  ];
  const view = views.find((each) => each === parameters.get("view")) ?? "mine";
  return (
    <Page title={t("place.reviews")}>
      <div className={styles.head}>
        <h1>{t("place.reviews")}</h1>
        {mayStart && (
          <Link className={buttons.button} to="/reviews/new">
            {t("reviews.new")}
          </Link>
        )}
      </div>
      <Tabs<View>
        label={t("reviews.views")}
        value={view}
        tabs={views.map((each) => ({ value: each, label: t(`reviews.view.${each}`) }))}
        onChange={(next) => setParameters(next === "mine" ? {} : { view: next })}
      >
        {view === "mine" || view === "all" ? <List key={view} list={view} /> : <Grants key={view} report={view} />}
      </Tabs>
    </Page>
  );
}

function List({ list }: { list: "mine" | "all" }) {
  const { t } = useWords();
  const scope = useScope();
  const found = useInfiniteQuery(reviews(list));
  const items = found.data?.pages.flatMap((page) => page.items);
  if (items === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  if (items.length === 0) {
    return <Empty title={t("reviews.empty")}>{t("reviews.empty.what")}</Empty>;
  }
  return (
    <div className={tables.scroll} role="region" tabIndex={0} aria-label={t(`reviews.view.${list}`)}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("reviews.name")}</th>
            <th scope="col">{t("reviews.state")}</th>
            <th scope="col">{t("reviews.progress")}</th>
            <th scope="col">{t("reviews.due")}</th>
            <th scope="col">{t("reviews.scope")}</th>
            <th scope="col">{t("reviews.startedBy")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to={`/reviews/${encodeURIComponent(item.id)}`}>{item.name}</Link>
              </td>
              <td>{t(`reviews.state.${item.state}`)}</td>
              <td>
                <Progress review={item} />
              </td>
              <td>
                <Moment at={item.due} exact />
              </td>
              <td>{scope(item.scope)}</td>
              <td>{item.startedBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}

/** How many of the grants are decided. */
export function Progress({ review }: { review: Review }) {
  const { t } = useWords();
  const { failed: _, open = 0, ...decided } = review.counts;
  const done = Object.values(decided).reduce((sum, each) => sum + each, 0);
  return (
    <span className={styles.progress}>
      <progress max={Math.max(1, done + open)} value={done} aria-label={t("reviews.progress")} />
      {t("reviews.decidedOf", { done, all: done + open })}
    </span>
  );
}

function Grants({ report }: { report: Report }) {
  const { t } = useWords();
  const source = useSource();
  const found = useInfiniteQuery(grantReport(report));
  const lines = found.data?.pages.flatMap((page) => page.items);
  if (lines === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  return (
    <>
      <p className={`soft ${styles.report}`}>{t(`reviews.report.${report}`)}</p>
      {lines.length === 0 && !found.hasNextPage ? (
        <Empty title={t("reviews.report.none")} />
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t(`reviews.view.${report}`)}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("reviews.grantee")}</th>
                <th scope="col">{t("reviews.on")}</th>
                <th scope="col">{t("reviews.use")}</th>
                <th scope="col">{t("reviews.source")}</th>
                <th scope="col">{t("reviews.until")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.grant}>
                  <td>{personName(line.grantee)}</td>
                  <td>{line.on}</td>
                  <td>
                    <Use use={line.use} />
                  </td>
                  <td>{source(line.source)}</td>
                  <td>{line.until === null ? t("reviews.forever") : <Moment at={line.until} exact />}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {found.hasNextPage && (
            <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
              {t("action.more")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}
