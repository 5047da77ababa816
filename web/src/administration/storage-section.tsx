import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { Moment, useWords } from "../i18n/i18n";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { storage } from "./queries";
import type { StoredTable } from "./types";

const zones = ["raw", "curated", "consumption"] as const;

/** What tables take of the storage, as their newest snapshots say. */
export function StorageSection() {
  const { t, number, bytes } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const zone = parameters.get("zone") ?? "";
  const found = useInfiniteQuery(storage(zone));
  const told = (value: number | null, text: (value: number) => string) => (value === null ? "–" : text(value));
  return (
    <>
      <div className={forms.line}>
        <label>
          {t("storage.zone")}
          <select value={zone} onChange={(event) => setParameters(event.target.value === "" ? {} : { zone: event.target.value })}>
            <option value="">{t("zone.all")}</option>
            {zones.map((each) => (
              <option key={each} value={each}>
                {t(`zone.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Listing found={found} empty={<Empty title={t("storage.none")} />}>
        {(items) => (
          <>
            <Totals items={items} more={found.hasNextPage} />
            <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("administration.storage")}>
              <table className={tables.table} data-testid="storage">
                <thead>
                  <tr>
                    <th scope="col">{t("gained.table")}</th>
                    <th scope="col">{t("storage.zone")}</th>
                    <th scope="col" className={tables.right}>{t("gained.size")}</th>
                    <th scope="col" className={tables.right}>{t("gained.files")}</th>
                    <th scope="col" className={tables.right}>{t("storage.deletes")}</th>
                    <th scope="col" className={tables.right}>{t("gained.snapshots")}</th>
                    <th scope="col">{t("storage.updated")}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((table) => (
                    <tr key={`${table.database}.${table.name}`}>
                      <th scope="row">
                        <Link to={`/catalog/${encodeURIComponent(table.database)}/${encodeURIComponent(table.name)}`}>
                          {table.database}.{table.name}
                        </Link>
                      </th>
                      <td>{t(`zone.${table.zone}`)}</td>
                      <td className={tables.right}>{told(table.bytes, bytes)}</td>
                      <td className={tables.right}>{told(table.files, number)}</td>
                      <td className={tables.right}>{told(table.deleteFiles, number)}</td>
                      <td className={tables.right}>{told(table.snapshots, number)}</td>
                      <td>{table.updatedAt === null ? "–" : <Moment at={table.updatedAt} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Listing>
    </>
  );
}

/** The sums of what is listed so far, by zone; the service counts no more than it is asked for. */
function Totals({ items, more }: { items: StoredTable[]; more: boolean }) {
  const { t, bytes } = useWords();
  const there = zones.filter((zone) => items.some((table) => table.zone === zone));
  const of = (zone: string) => items.filter((table) => table.zone === zone);
  return (
    <>
      <dl className={styles.facts} data-testid="totals">
        {there.map((zone) => (
          <div key={zone}>
            <dt>{t(`zone.${zone}`)}</dt>
            <dd>
              {t("storage.total", {
                n: of(zone).length,
                size: bytes(of(zone).reduce((sum, table) => sum + (table.bytes ?? 0), 0)),
              })}
            </dd>
          </div>
        ))}
      </dl>
      {more && <p className="soft">{t("storage.part")}</p>}
    </>
  );
}
