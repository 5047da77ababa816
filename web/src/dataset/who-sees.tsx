import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useId, type FormEvent } from "react";
import { ColumnStateMark } from "../access/column-state";
import { Reasons } from "../access/reasons";
import { client } from "../api/client";
import type { ColumnAccess, Dataset, Page } from "../api/types";
import { useWords } from "../i18n/i18n";
import { rowsOf } from "../policies/effects";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import { instant, local } from "../ui/times";

interface Seer {
  user: string;
  profiles: string[];
  attributes: Record<string, string>;
  purpose?: string | null;
  access: ColumnAccess;
  rows?: string | null;
}

interface Seers extends Page<Seer> {
  at: string;
  epoch: number;
}

const seers = (database: string, name: string, column: string, at: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["dataset", database, name, "seers", column, at ?? null],
    queryFn: ({ pageParam, signal }) =>
      client.get<Seers>(
        `/datasets/${encodeURIComponent(database)}/${encodeURIComponent(name)}/columns/${encodeURIComponent(column)}/principals`,
        { at, cursor: pageParam, limit: 100 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    retry: false,
  });

interface Props {
  dataset: Dataset;
  column: string | undefined;
  at: string | undefined;
  onChange(next: Record<string, string>): void;
}

/** Everybody who can see one column, or could at an earlier moment; for those who watch over the table. */
export function WhoSees({ dataset, column, at, onChange }: Props) {
  const { t, dateTime } = useWords();
  const id = useId();
  const { database, name, schema } = dataset;
  const found = useInfiniteQuery({ ...seers(database, name, column ?? "", at), enabled: column !== undefined });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const moment = String(data.get("at") ?? "");
    onChange({ sees: String(data.get("column") ?? ""), ...(moment === "" ? {} : { at: instant(moment) }) });
  };
  return (
    <section>
      <h2>{t("sees.title")}</h2>
      <form className={forms.line} onSubmit={submit} key={`${column} ${at}`} aria-label={t("sees.title")}>
        <label htmlFor={`${id}-column`}>
          {t("schema.column")}
          <select id={`${id}-column`} name="column" defaultValue={column}>
            {schema.map((each) => (
              <option key={each.id}>{each.name}</option>
            ))}
          </select>
        </label>
        <label htmlFor={`${id}-at`}>
          {t("sees.at")}
          <input id={`${id}-at`} name="at" type="datetime-local" step="1" defaultValue={local(at)} />
        </label>
        <Button type="submit">{t("access.look")}</Button>
      </form>
      {column !== undefined && (
        <>
          <p className="soft" role="status" data-testid="seers">
            {at === undefined ? t("sees.now", { column }) : t("sees.then", { column, at: dateTime(at) })}
          </p>
          <Listing found={found} empty={<Empty title={t("sees.nobody")} />}>
            {(items) => (
              <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("sees.title")}>
                <table className={tables.table}>
                  <thead>
                    <tr>
                      <th scope="col">{t("policies.user.name")}</th>
                      <th scope="col">{t("policies.profiles")}</th>
                      <th scope="col">{t("schema.column")}</th>
                      <th scope="col">{t("access.rows")}</th>
                      <th scope="col">{t("band.why")}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((seer) => (
                      <tr key={`${seer.user} ${seer.purpose ?? ""}`}>
                        <td>
                          {seer.user}
                          {seer.purpose && <div className="soft small">{t("policies.forPurpose", { purpose: seer.purpose })}</div>}
                        </td>
                        <td>{seer.profiles.join(", ")}</td>
                        <td>
                          <ColumnStateMark access={seer.access} />
                        </td>
                        <td>{rowsOf(seer.rows) || t("band.allRows")}</td>
                        <td className={tables.wrap}>
                          <details>
                            <summary>{t("sees.reasons", { n: seer.access.because.length })}</summary>
                            <Reasons because={seer.access.because} />
                          </details>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Listing>
        </>
      )}
    </section>
  );
}
