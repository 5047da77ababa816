import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Listing } from "../ui/listing";
import { Empty, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { model, modelPath, models, type ModelItem } from "./api";
import { baselinesOf, metricsOf, type Version } from "./cells";
import { Measures } from "./measures";

/** The models that one may know of, each with what is in use of it. */
export default function ModelsPage() {
  const { t } = useWords();
  const found = useInfiniteQuery(models());
  return (
    <Page title={t("place.models")}>
      <h1>{t("place.models")}</h1>
      <p className="soft">{t("models.what")}</p>
      <Listing found={found} empty={<Empty title={t("models.none")}>{t("models.none.what")}</Empty>}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("place.models")}>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t("models.model")}</th>
                  <th scope="col">{t("models.champion")}</th>
                  <th scope="col">{t("models.task")}</th>
                  <th scope="col">{t("models.measures")}</th>
                  <th scope="col">{t("models.trained")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <Row key={item.uuid} item={item} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listing>
    </Page>
  );
}

function Row({ item }: { item: ModelItem }) {
  const { t } = useWords();
  const { database, name, select } = item;
  const found = useInfiniteQuery({ ...model(database, name), enabled: select });
  const versions = found.data?.pages.flatMap((page) => page.versions) ?? [];
  const champion: Version | undefined = versions.find((version) => version["stage"] === "champion");
  return (
    <tr>
      <td>
        <Link to={modelPath(database, name)} className="mono">
          {database}.{name}
        </Link>
      </td>
      {!select ? (
        <td colSpan={4} className="soft">
          {t("models.closed")}
        </td>
      ) : found.isPending ? (
        <td colSpan={4}>
          <Waiting rows={1} />
        </td>
      ) : champion === undefined ? (
        <td colSpan={4} className="soft">
          {t("models.noChampion", { n: versions.length })}
        </td>
      ) : (
        <>
          <td>{t("models.version", { version: champion["version"] ?? "–" })}</td>
          <td>{champion["task"] ?? "–"}</td>
          <td>
            <Measures metrics={metricsOf(champion)} baselines={baselinesOf(champion)} />
          </td>
          <td>{champion["trained_at"] != null ? <Moment at={iso(champion["trained_at"])} /> : "–"}</td>
        </>
      )}
    </tr>
  );
}

/** A moment as SQL writes it, as ISO 8601 does. */
export function iso(moment: string): string {
  return moment.replace(" UTC", "Z").replace(" ", "T");
}
