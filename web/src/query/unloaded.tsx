import { useQuery } from "@tanstack/react-query";
import { unloadedFiles } from "../api/queries";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import { Empty, Failure, Waiting } from "../ui/states";
import styles from "./query.module.css";

/** So many are listed; whoever has more takes them by the API. */
const LISTED = 500;

/** The files that an UNLOAD wrote, each to be downloaded. */
export default function Unloaded({ execution }: { execution: string }) {
  const { t } = useWords();
  const found = useQuery(unloadedFiles(execution));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={4} />;
  }
  if (found.data.length === 0) return <Empty title={t("query.done")} />;
  return (
    <section className={styles.unloaded}>
      <h2>{t("query.parts")}</h2>
      <p className="soft">{t("query.parts.what")}</p>
      <ol className={styles.parts}>
        {found.data.slice(0, LISTED).map((name, number) => (
          <li key={name}>
            <a href={`/api/v1/queries/${encodeURIComponent(execution)}/files/${number}`} download>
              <Icon name="download" />
              <span className="mono">{name.slice(name.lastIndexOf("/") + 1)}</span>
            </a>
          </li>
        ))}
      </ol>
      {found.data.length > LISTED && <p className="soft small">{t("query.parts.more", { n: found.data.length - LISTED })}</p>}
    </section>
  );
}
