import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { requests } from "../api/queries";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Empty, Failure, Waiting } from "../ui/states";
import { Tabs } from "../ui/tabs";
import tables from "../ui/table.module.css";
import styles from "./requests.module.css";
import { granteeName, RequestStateMark } from "./words";

const lists = ["mine", "approve"] as const;
type List = (typeof lists)[number];

/** What one has asked for, and what waits for one's decision. */
export default function RequestsPage() {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const list: List = parameters.get("list") === "approve" ? "approve" : "mine";
  return (
    <Page title={t("place.requests")}>
      <div className={styles.head}>
        <h1>{t("place.requests")}</h1>
        <Link className={buttons.button} to="/requests/new">
          {t("requests.new")}
        </Link>
      </div>
      <Tabs<List>
        label={t("requests.lists")}
        value={list}
        tabs={lists.map((each) => ({ value: each, label: t(`requests.list.${each}`) }))}
        onChange={(next) => setParameters(next === "mine" ? {} : { list: next })}
      >
        <Requests key={list} list={list} />
      </Tabs>
    </Page>
  );
}

function Requests({ list }: { list: List }) {
  const { t } = useWords();
  const found = useInfiniteQuery(requests(list));
  const items = found.data?.pages.flatMap((page) => page.items);
  if (items === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  if (items.length === 0) {
    return <Empty title={t(`requests.empty.${list}`)}>{t(`requests.empty.${list}.what`)}</Empty>;
  }
  return (
    <div className={tables.scroll} role="region" tabIndex={0} aria-label={t(`requests.list.${list}`)}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("requests.dataset")}</th>
            <th scope="col">{t("requests.state")}</th>
            <th scope="col">{t("requests.for")}</th>
            <th scope="col">{t("requests.purpose")}</th>
            <th scope="col">{t("requests.until")}</th>
            <th scope="col">{t(list === "mine" ? "requests.sent" : "requests.due")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>
                <Link to={`/requests/${encodeURIComponent(item.id)}`}>{item.datasets.join(", ")}</Link>
                {item.columns > 0 && <span className="soft small"> · {t("requests.columns", { n: item.columns })}</span>}
              </td>
              <td>
                <RequestStateMark state={item.state} />
              </td>
              <td>{granteeName(item.grantee)}</td>
              <td>{item.purpose}</td>
              <td>
                <Moment at={item.until} exact />
              </td>
              <td>
                {list === "mine" ? <Moment at={item.createdAt} /> : item.dueAt ? <Moment at={item.dueAt} exact /> : "–"}
              </td>
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
