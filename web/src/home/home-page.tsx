import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { endingCertifications, newestDatasets, pipelines, proposals, requests, usedDatasets } from "../api/queries";
import type { DatasetItem, PipelineItem, RequestItem } from "../api/types";
import { savedViews } from "../catalog/saved-views";
import { addressOf } from "../catalog/search";
import { ZoneMark } from "../catalog/zone";
import { charts, dashboards } from "../dashboards/api";
import { Icon, type IconName } from "../design/icons";
import { Page } from "../frame/frame";
import { Search } from "../frame/search";
import { Moment, useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import { RequestStateMark } from "../requests/words";
import { reviews } from "../reviews/api";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Failure, Waiting } from "../ui/states";
import styles from "./home.module.css";

const SOME = 6;

/** Where one starts: what waits for this person, what they use, what is new, and what they have asked for. */
export function HomePage() {
  const { t } = useWords();
  const { session } = useSession();
  const mine = capabilities(session);
  return (
    <Page title={t("place.home")}>
      <header className={styles.head}>
        <h1>{t("home.title")}</h1>
        <Search home />
        <p className={`soft small ${styles.keys}`}>{t("home.keys")}</p>
      </header>
      <div className={styles.parts}>
        <div className={styles.column}>
          <WaitsForMe />
          {mine.has("requests") && <MyRequests />}
        </div>
        <div className={styles.column}>
          {mine.has("catalog") && <Used />}
          {mine.has("catalog") && <Views />}
          {mine.has("dashboards") && <Charts />}
        </div>
        <div className={styles.column}>{mine.has("catalog") && <Newest />}</div>
      </div>
    </Page>
  );
}

interface Answer<T> {
  data: T | undefined;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

interface PartProps<T> {
  title: string;
  found: Answer<T>;
  /** What to say instead when there is nothing; the next step. */
  empty: ReactNode;
  isEmpty(data: T): boolean;
  all?: { to: string; label: string };
  rows?: number;
  children(data: T): ReactNode;
}

/** One question and its answer; a part that fails leaves the others as they are. */
function Part<T>({ title, found, empty, isEmpty, all, rows = 4, children }: PartProps<T>) {
  return (
    <section className={styles.part} aria-label={title}>
      <div className={styles.title}>
        <h2>{title}</h2>
        {all !== undefined && <Link to={all.to}>{all.label}</Link>}
      </div>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={rows} height={44} />
        )
      ) : isEmpty(found.data) ? (
        <p className={`soft ${styles.none}`}>{empty}</p>
      ) : (
        <ul className={styles.list}>{children(found.data)}</ul>
      )}
    </section>
  );
}

function Line({ to, icon, title, children }: { to: string; icon?: IconName; title: ReactNode; children?: ReactNode }) {
  return (
    <li>
      <Link to={to} className={styles.line}>
        {icon !== undefined && <Icon name={icon} size={18} />}
        <span className={styles.what}>
          <span className={styles.name}>{title}</span>
          {children !== undefined && <span className={styles.about}>{children}</span>}
        </span>
      </Link>
    </li>
  );
}

function DatasetLine({ item, changed = false }: { item: DatasetItem; changed?: boolean }) {
  const { t } = useWords();
  return (
    <Line
      to={`/catalog/${encodeURIComponent(item.database)}/${encodeURIComponent(item.name)}`}
      title={
        <>
          <strong>{item.name}</strong>
          {!item.access.select && (
            <span className={styles.lock} title={t("home.notReadable")}>
              <Icon name="lock" size={14} />
              <span className="hidden-visually">{t("home.notReadable")}</span>
            </span>
          )}
        </>
      }
    >
      <ZoneMark zone={item.zone} />
      <span className={styles.database}>{item.database}</span>
      {changed && item.updatedAt !== null && <Moment at={item.updatedAt} />}
      {item.description !== null && <span className={styles.description}>{item.description}</span>}
    </Line>
  );
}

function Newest() {
  const { t } = useWords();
  const found = useQuery(newestDatasets(SOME));
  return (
    <Part
      title={t("home.new")}
      found={found}
      isEmpty={({ items }) => items.length === 0}
      empty={t("home.new.none")}
      all={{ to: "/catalog?sort=newest", label: t("home.new.all") }}
      rows={SOME}
    >
      {({ items }) => items.map((item) => <DatasetLine key={item.uuid} item={item} changed />)}
    </Part>
  );
}

function Used() {
  const { t } = useWords();
  const found = useQuery(usedDatasets(SOME));
  return (
    <Part
      title={t("home.used")}
      found={found}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <>
          {t("home.used.none")} <Link to="/query">{t("home.used.next")}</Link>
        </>
      }
    >
      {({ items }) => items.map((item) => <DatasetLine key={item.uuid} item={item} />)}
    </Part>
  );
}

function Views() {
  const { t } = useWords();
  const found = useQuery(savedViews());
  return (
    <Part title={t("home.views")} found={found} isEmpty={({ items }) => items.length === 0} empty={t("home.views.none")} rows={2}>
      {({ items }) => items.slice(0, SOME).map(({ name, conditions }) => <Line key={name} to={addressOf(conditions)} icon="search" title={name} />)}
    </Part>
  );
}

function Charts() {
  const { t, language } = useWords();
  const saved = useQuery(charts());
  const boards = useQuery(dashboards());
  const failed = saved.isError ? saved : boards;
  const own = saved.data?.items.filter((chart) => chart.mine).slice(0, SOME - 2);
  const data =
    own === undefined || boards.data === undefined ? undefined : { own, boards: boards.data.items.slice(0, SOME - own.length) };
  return (
    <Part
      title={t("home.charts")}
      found={{ data, isError: failed.isError, error: failed.error, refetch: () => failed.refetch() }}
      isEmpty={({ own, boards }) => own.length + boards.length === 0}
      empty={t("home.charts.none")}
      all={{ to: "/dashboards", label: t("home.all") }}
      rows={2}
    >
      {({ own, boards }) => (
        <>
          {own.map((chart) => (
            <Line key={chart.id} to={`/charts/${encodeURIComponent(chart.id)}`} icon="chart" title={chart.title} />
          ))}
          {boards.map((board) => (
            <Line key={board.name} to={`/dashboards/${encodeURIComponent(board.name)}`} icon="dashboards" title={board.title[language]} />
          ))}
        </>
      )}
    </Part>
  );
}

const open = new Set<RequestItem["state"]>(["IN_REVIEW", "CHANGES_REQUESTED", "PROVISIONING", "FAILED"]);

function MyRequests() {
  const { t } = useWords();
  const found = useInfiniteQuery(requests("mine"));
  const items = found.data?.pages.flatMap((page) => page.items).filter(({ state }) => open.has(state)).slice(0, SOME);
  return (
    <Part
      title={t("home.requests")}
      found={{ ...found, data: items }}
      isEmpty={(data) => data.length === 0}
      empty={t("home.requests.none")}
      all={{ to: "/requests", label: t("home.all") }}
      rows={2}
    >
      {(data) =>
        data.map((item) => (
          <Line key={item.id} to={`/requests/${encodeURIComponent(item.id)}`} title={item.datasets.join(", ")}>
            <RequestStateMark state={item.state} />
            <Moment at={item.createdAt} />
          </Line>
        ))
      }
    </Part>
  );
}

/** Something that this person is expected to do. */
interface Task {
  key: string;
  to: string;
  icon: IconName;
  title: string;
  about?: ReactNode;
}

function troubleOf({ missedDeadline, lastRun, paused }: PipelineItem): MessageKey | null {
  if (paused === true) return null;
  if (missedDeadline !== null && missedDeadline !== undefined) return "home.pipelineLate";
  return lastRun?.state.toUpperCase() === "FAILED" ? "home.pipelineFailed" : null;
}

/** Only of the kinds that are this person's: others are not even asked for. */
function WaitsForMe() {
  const { t } = useWords();
  const { session } = useSession();
  const mine = capabilities(session);
  const toDecide = useInfiniteQuery({ ...requests("approve"), enabled: mine.has("requests") });
  const toReview = useInfiniteQuery({ ...reviews("mine"), enabled: mine.has("reviews") });
  const toClassify = useInfiniteQuery({ ...proposals(null), enabled: mine.has("classification") });
  const toCertify = useQuery({ ...endingCertifications(), enabled: mine.has("classification") });
  const toOperate = useQuery({ ...pipelines(), enabled: mine.has("pipelines") });
  const asked = [toDecide, toReview, toClassify, toCertify, toOperate].filter((each) => each.isEnabled);
  const failed = asked.find((each) => each.isError && each.data === undefined);
  const tasks: Task[] = [];

  const requestsOpen = toDecide.data?.pages.flatMap((page) => page.items) ?? [];
  const [first] = requestsOpen;
  if (first !== undefined) {
    tasks.push({
      key: "requests",
      to: requestsOpen.length === 1 ? `/requests/${encodeURIComponent(first.id)}` : "/requests?list=approve",
      icon: "requests",
      title: t(toDecide.hasNextPage ? "home.toDecide.more" : "home.toDecide", { n: requestsOpen.length }),
      about: first.dueAt ? (
        <>
          {t("home.due")} <Moment at={first.dueAt} exact />
        </>
      ) : (
        first.datasets.join(", ")
      ),
    });
  }
  for (const review of toReview.data?.pages.flatMap((page) => page.items) ?? []) {
    const n = review.state === "OPEN" ? (review.counts.open ?? 0) : 0;
    if (n > 0) {
      tasks.push({
        key: review.id,
        to: `/reviews/${encodeURIComponent(review.id)}?state=open`,
        icon: "reviews",
        title: t("home.toReview", { n, name: review.name }),
        about: (
          <>
            {t("home.due")} <Moment at={review.due} exact />
          </>
        ),
      });
    }
  }
  const proposed = toClassify.data?.pages[0]?.total ?? 0;
  if (proposed > 0) tasks.push({ key: "tags", to: "/classification", icon: "tag", title: t("home.toClassify", { n: proposed }) });
  for (const { database, name, until, ended } of toCertify.data?.items.slice(0, SOME) ?? []) {
    tasks.push({
      key: `certification ${database}.${name}`,
      to: `/catalog/${encodeURIComponent(database)}/${encodeURIComponent(name)}`,
      icon: "seal",
      title: t(ended ? "home.certificationEnded" : "home.certificationEnds", { name: `${database}.${name}` }),
      about: t("certify.until", { day: until }),
    });
  }
  for (const pipeline of toOperate.data?.items ?? []) {
    const trouble = troubleOf(pipeline);
    if (trouble !== null) {
      tasks.push({
        key: `pipeline ${pipeline.name}`,
        to: pipeline.lastRun && trouble === "home.pipelineFailed" ? `/runs/${encodeURIComponent(pipeline.lastRun.id)}` : `/pipelines?pipeline=${encodeURIComponent(pipeline.name)}`,
        icon: "pipelines",
        title: t(trouble, { pipeline: pipeline.name }),
        about: pipeline.lastRun?.endedAt ? <Moment at={pipeline.lastRun.endedAt} /> : undefined,
      });
    }
  }

  const data = asked.every((each) => each.data !== undefined) || tasks.length > 0 ? tasks : undefined;
  return (
    <>
      <Part
        title={t("home.waits")}
        found={{ data: failed !== undefined && tasks.length === 0 ? undefined : data, isError: failed !== undefined, error: failed?.error, refetch: () => failed?.refetch() }}
        isEmpty={(all) => all.length === 0}
        empty={t("home.waits.none")}
        rows={2}
      >
        {(all) =>
          all.map(({ key, to, icon, title, about }) => (
            <Line key={key} to={to} icon={icon} title={title}>
              {about}
            </Line>
          ))
        }
      </Part>
      {failed !== undefined && tasks.length > 0 && <Failure error={failed.error} onRetry={() => void failed.refetch()} />}
    </>
  );
}
