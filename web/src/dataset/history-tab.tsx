import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useId, type FormEvent } from "react";
import { Link, useSearchParams } from "react-router";
import { Problem } from "../api/client";
import { certifications, comparison, edits, snapshots } from "../api/queries";
import type { Comparison, Dataset, Edit, SchemaChange, Snapshot } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { queryPath } from "../query/address";
import { qualifiedName } from "../query/names";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import forms from "../ui/form.module.css";
import { Empty, Failure, NotForYou, WhyNot, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

/** The commits of the table, newest first; two of them beside each other; and a query of the table as it was. */
export default function HistoryTab({ dataset }: { dataset: Dataset }) {
  const { t, number, dateTime } = useWords();
  const { session } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const found = useInfiniteQuery(snapshots(dataset.database, dataset.name));
  const items = found.data?.pages.flatMap((page) => page.items);
  const [from, to] = [parameters.get("from"), parameters.get("to")];
  const count = (value: number | null) => (value === null ? "–" : number(value));

  if (items === undefined) {
    if (found.error instanceof Problem && found.error.status === 403) {
      return <NotForYou title={t("snapshots.none")}><WhyNot by={found.error} /></NotForYou>;
    }
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  const uncommitted = found.data?.pages[0]?.uncommitted ?? [];
  if (items.length === 0) {
    return (
      <>
        <Empty title={t("snapshots.empty")}>{t("snapshots.empty.what")}</Empty>
        <Edits dataset={dataset} />
        <Certifications dataset={dataset} />
      </>
    );
  }
  const mayQuery = dataset.access.select && capabilities(session).has("query");
  const asOf = (snapshot: Snapshot) =>
    `SELECT *\nFROM ${qualifiedName(dataset.database, dataset.name)} FOR VERSION AS OF ${snapshot.id}\nLIMIT 100`;
  return (
    <>
      {items.length > 1 && <Choose key={`${from} ${to}`} items={items} from={from} to={to} onChange={setParameters} />}
      {from !== null && to !== null && (
        <Compared dataset={dataset} from={from} to={to} onClose={() => setParameters({})} />
      )}
      {uncommitted.length > 0 && (
        <div className={styles.about}>
          {t("snapshots.uncommitted")}
          <Changes of={uncommitted} />
        </div>
      )}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("dataset.tab.history")}>
        <table className={`${styles.plain} ${styles.history}`}>
          <thead>
            <tr>
              <th scope="col">{t("snapshots.committed")}</th>
              <th scope="col">{t("snapshots.operation")}</th>
              <th scope="col">{t("snapshots.schema")}</th>
              <th scope="col" className={styles.right}>{t("snapshots.added")}</th>
              <th scope="col" className={styles.right}>{t("snapshots.deleted")}</th>
              <th scope="col" className={styles.right}>{t("snapshots.total")}</th>
              <th scope="col" className={styles.right}>{t("snapshots.files")}</th>
              <th scope="col">{t("snapshots.id")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((snapshot, index) => (
              <tr key={snapshot.id}>
                <td>
                  <Moment at={snapshot.committedAt} exact />
                  {index === 0 && <span className={styles.current}>{t("snapshots.current")}</span>}
                  <span className={styles.acts}>
                    {mayQuery && (
                      <Link
                        to={queryPath(null, asOf(snapshot))}
                        aria-label={t("snapshots.asOfAt", { at: dateTime(snapshot.committedAt) })}
                      >
                        {t("snapshots.asOf")}
                      </Link>
                    )}
                    {items[index + 1] !== undefined && (
                      <Link
                        to={`?from=${items[index + 1]?.id}&to=${snapshot.id}`}
                        aria-label={t("snapshots.beforeAt", { at: dateTime(snapshot.committedAt) })}
                      >
                        {t("snapshots.before")}
                      </Link>
                    )}
                  </span>
                </td>
                <td>{snapshot.operation}</td>
                <td className={styles.changes}>
                  <Changes of={snapshot.changes} />
                </td>
                <td className={styles.right}>{count(snapshot.addedRecords)}</td>
                <td className={styles.right}>{count(snapshot.deletedRecords)}</td>
                <td className={styles.right}>{count(snapshot.totalRecords)}</td>
                <td className={styles.right}>{count(snapshot.addedFiles)}</td>
                <td className="mono">{snapshot.id}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.hasNextPage && (
          <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage} className={styles.more}>
            {t("action.more")}
          </Button>
        )}
      </div>
      <Edits dataset={dataset} />
      <Certifications dataset={dataset} />
    </>
  );
}

interface ChooseProps {
  items: Snapshot[];
  from: string | null;
  to: string | null;
  onChange(next: Record<string, string>): void;
}

/** Chooses two snapshots to compare, the newest two at first. */
function Choose({ items, from, to, onChange }: ChooseProps) {
  const { t, dateTime } = useWords();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    onChange({ from: String(data.get("from")), to: String(data.get("to")) });
  };
  const chooser = (name: "from" | "to", chosen: string | undefined) => (
    <label htmlFor={`${id}-${name}`}>
      {t(`compare.${name}`)}
      <select id={`${id}-${name}`} name={name} defaultValue={chosen}>
        {chosen !== undefined && items.every((each) => each.id !== chosen) && <option value={chosen}>{chosen}</option>}
        {items.map((each) => (
          <option key={each.id} value={each.id}>
            {dateTime(each.committedAt)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <form className={forms.line} onSubmit={submit} aria-label={t("compare.title")}>
      {chooser("from", from ?? items[1]?.id)}
      {chooser("to", to ?? items[0]?.id)}
      <Button type="submit">{t("compare.do")}</Button>
    </form>
  );
}

function Compared({ dataset, from, to, onClose }: { dataset: Dataset; from: string; to: string; onClose(): void }) {
  const { t } = useWords();
  const found = useQuery(comparison(dataset.database, dataset.name, from, to));
  return (
    <section className={styles.compared} aria-label={t("compare.title")} data-testid={found.data && "comparison"}>
      {found.data !== undefined ? (
        <Differences compared={found.data} />
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Waiting rows={4} />
      )}
      <div>
        <Button kind="quiet" onClick={onClose}>
          {t("compare.end")}
        </Button>
      </div>
    </section>
  );
}

function Differences({ compared: { from, to, changes, sql } }: { compared: Comparison }) {
  const { t, number } = useWords();
  const { session } = useSession();
  if (from.id === to.id) return <p>{t("compare.itself")}</p>;
  const numbers = [
    { name: t("compare.rows"), before: from.totalRecords, after: to.totalRecords },
    { name: t("compare.files"), before: from.totalFiles, after: to.totalFiles },
  ];
  return (
    <>
      <h2>
        <Moment at={from.committedAt} exact /> → <Moment at={to.committedAt} exact />
      </h2>
      <h3>{t("compare.columns")}</h3>
      {changes.length === 0 ? <p>{t("compare.same")}</p> : <Changes of={changes} />}
      {numbers.every(({ before, after }) => before === null && after === null) ? (
        <p className="soft">{t("compare.numbers")}</p>
      ) : (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("compare.difference")}>
          <table className={styles.plain}>
            <thead>
              <tr>
                <td />
                <th scope="col" className={styles.right}>{t("compare.from")}</th>
                <th scope="col" className={styles.right}>{t("compare.to")}</th>
                <th scope="col" className={styles.right}>{t("compare.difference")}</th>
              </tr>
            </thead>
            <tbody>
              {numbers.map(({ name, before, after }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className={styles.right}>{before === null ? "–" : number(before)}</td>
                  <td className={styles.right}>{after === null ? "–" : number(after)}</td>
                  <td className={styles.right}>
                    {before === null || after === null ? "–" : `${after > before ? "+" : ""}${number(after - before)}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sql === null ? (
        <p className="soft">{t("compare.query.none")}</p>
      ) : (
        capabilities(session).has("query") && (
          <div>
            <Link className={buttons.button} to={queryPath(null, sql)}>
              {t("compare.query")}
            </Link>
            <p className="soft">{t("compare.query.what")}</p>
          </div>
        )
      )}
    </>
  );
}

function Changes({ of }: { of: SchemaChange[] }) {
  const { t } = useWords();
  if (of.length === 0) return null;
  return (
    <ul className={styles.changed}>
      {of.map(({ kind, column, from = "", to = "" }) => (
        <li key={`${kind} ${column}`}>{t(`change.${kind}`, { column, from, to })}</li>
      ))}
    </ul>
  );
}

/** Who changed in place what is said about it. */
function Edits({ dataset }: { dataset: Dataset }) {
  const { t, duration } = useWords();
  const found = useQuery(edits(dataset.database, dataset.name));
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined || found.data.items.length === 0) return null;
  const told = (edit: Edit, text: string | undefined) =>
    text === undefined ? t("edit.nothing") : edit.field === "freshness" ? duration(Number(text) * 1000) : text;
  return (
    <section className={styles.edits}>
      <h2>{t("edit.history")}</h2>
      <ol className={styles.changed}>
        {found.data.items.map((edit) => (
          <li key={`${edit.at} ${edit.field} ${edit.column}`}>
            <p className="soft">
              <Moment at={edit.at} exact /> · {edit.person} · {t(`edit.${edit.field}`, { column: edit.column ?? "" })}
            </p>
            <p>
              <del>{told(edit, edit.from)}</del> → <ins>{told(edit, edit.to)}</ins>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How it was certified and that withdrawn. */
function Certifications({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const found = useQuery(certifications(dataset));
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined || found.data.items.length === 0) return null;
  return (
    <section className={styles.edits}>
      <h2>{t("certify.history")}</h2>
      <ol className={styles.changed}>
        {found.data.items.map((said) => (
          <li key={said.at}>
            <p className="soft">
              <Moment at={said.at} exact /> · {said.person} · {t(said.certified ? "certify.said" : "certify.withdrawn")}
              {said.until !== null && <> · {t("certify.until", { day: said.until })}</>}
            </p>
            <p className={styles.text}>{said.note}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
