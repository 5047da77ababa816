import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { proposals } from "../api/queries";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import { Ask } from "./ask";
import styles from "./classification.module.css";
import { ProposalSheet } from "./proposal-sheet";
import { Because, useKind } from "./words";

/** What columns seem to hold, of the tables that the reader may classify. */
export default function ClassificationPage() {
  const { t } = useWords();
  const kind = useKind();
  const [parameters, setParameters] = useSearchParams();
  const found = useInfiniteQuery(proposals(null));
  const items = found.data?.pages.flatMap((page) => page.items);
  const total = found.data?.pages[0]?.total ?? 0;
  const opened = items?.find((item) => item.id === parameters.get("proposal"));
  return (
    <Page title={t("place.classification")}>
      <h1>{t("place.classification")}</h1>
      <p className="soft">{t("classification.what")}</p>
      <Ask />
      {items === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={6} />
        )
      ) : items.length === 0 ? (
        <Empty title={t("classification.empty")}>{t("classification.empty.what")}</Empty>
      ) : (
        <>
          <p className={styles.total}>{t("classification.total", { n: total })}</p>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t("classification.column")}</th>
                <th scope="col">{t("classification.seems")}</th>
                <th scope="col">{t("classification.tag")}</th>
                <th scope="col">{t("classification.because")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <th scope="row">
                    <Link to={`/catalog/${item.table.replace(".", "/")}?column=${encodeURIComponent(item.column)}`}>
                      {item.table}
                    </Link>
                    .<wbr />
                    <span className="mono">{item.column}</span>
                  </th>
                  <td>
                    <button
                      type="button"
                      className={styles.open}
                      aria-haspopup="dialog"
                      aria-label={t("classification.look", { kind: kind(item), column: item.column })}
                      onClick={() => setParameters({ proposal: item.id })}
                    >
                      {kind(item)}
                    </button>
                  </td>
                  <td>
                    <span className={styles.tag}>{item.tag}</span>
                  </td>
                  <td className="soft">
                    <Because proposal={item} />
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
        </>
      )}
      <ProposalSheet proposal={opened} onClose={() => setParameters({})} />
    </Page>
  );
}
