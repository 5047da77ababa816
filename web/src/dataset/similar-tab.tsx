import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useSearchParams } from "react-router";
import { nearest } from "../api/queries";
import type { Dataset, NearestQuestion } from "../api/types";
import { Grid } from "../grid/grid";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting } from "../ui/states";
import styles from "./dataset.module.css";
import { vectors } from "./vectors";

const counts = [10, 25, 50, 100];

/** Rows that are like a text, or like another row: what is looked for is in the address. */
export default function SimilarTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const columns = vectors(dataset);
  const others = dataset.schema.filter(({ name, access }) => access.state !== "hidden" && !columns.includes(name));
  const asked = questionOf(search, columns);
  const [draft, setDraft] = useState({
    column: search.get("vector") ?? columns[0] ?? "",
    by: search.get("by") ?? "",
    value: search.get("near") ?? "",
    k: search.get("k") ?? "10",
  });
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const id = useId();
  return (
    <div className={styles.similarTab}>
      <form
        className={styles.similar}
        onSubmit={(event) => {
          event.preventDefault();
          const { column, by, value, k } = draft;
          if (value.trim() !== "") setSearch({ vector: column, ...(by === "" ? {} : { by }), near: value.trim(), k });
        }}
      >
        {columns.length > 1 && (
          <label>
            {t("similar.vector")}
            <select value={draft.column} onChange={({ target }) => change({ column: target.value })}>
              {columns.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t("similar.by")}
          <select value={draft.by} onChange={({ target }) => change({ by: target.value })}>
            <option value="">{t("similar.text")}</option>
            {others.map(({ name }) => (
              <option key={name} value={name}>
                {t("similar.row", { column: name })}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.wide} htmlFor={id}>
          {draft.by === "" ? t("similar.what") : t("similar.value", { column: draft.by })}
          <input id={id} value={draft.value} autoComplete="off" required onChange={({ target }) => change({ value: target.value })} />
        </label>
        <label>
          {t("similar.k")}
          <select value={draft.k} onChange={({ target }) => change({ k: target.value })}>
            {counts.map((k) => (
              <option key={k}>{k}</option>
            ))}
          </select>
        </label>
        <Button kind="primary" type="submit">
          {t("similar.do")}
        </Button>
      </form>
      {asked === null ? (
        <Empty title={t("similar.none")}>{t("similar.none.what")}</Empty>
      ) : (
        <Found dataset={dataset} question={asked} />
      )}
    </div>
  );
}

function questionOf(search: URLSearchParams, columns: string[]): NearestQuestion | null {
  const [vector, near, by] = [search.get("vector") ?? columns[0], search.get("near"), search.get("by")];
  if (vector === undefined || near === null || near === "") return null;
  const k = Number(search.get("k"));
  return {
    column: vector,
    k: counts.includes(k) ? k : 10,
    ...(by === null ? { text: near } : { like: { [by]: near } }),
  };
}

function Found({ dataset: { database, name, schema }, question }: { dataset: Dataset; question: NearestQuestion }) {
  const { t } = useWords();
  const found = useQuery(nearest(database, name, typed(question, schema)));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={10} />;
  }
  const { columns, rows } = found.data;
  if (rows.length === 0) return <Empty title={t("similar.nothing")}>{t("similar.nothing.what")}</Empty>;
  return (
    <>
      <p className="soft">{t("similar.note", { n: rows.length })}</p>
      <div className={styles.grid}>
        <Grid label={t("dataset.tab.similar")} columns={columns} rows={rows} />
      </div>
    </>
  );
}

/** A column of numbers is compared with a number. */
function typed(question: NearestQuestion, schema: Dataset["schema"]): NearestQuestion {
  const [column, value] = Object.entries(question.like ?? {})[0] ?? [];
  const type = schema.find(({ name }) => name === column)?.type ?? "";
  const number = Number(value);
  return column !== undefined && /^(tinyint|smallint|integer|bigint|real|double|decimal)/.test(type) && Number.isSafeInteger(number)
    ? { ...question, like: { [column]: number } }
    : question;
}
