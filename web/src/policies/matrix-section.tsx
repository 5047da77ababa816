import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { Link, useSearchParams } from "react-router";
import { Stretches } from "../access/access-band";
import type { Zone } from "../api/types";
import { ZoneMark } from "../catalog/zone";
import { useWords } from "../i18n/i18n";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./policies.module.css";
import { matrix } from "./queries";
import type { Cell, MatrixRow } from "./types";

const zones = ["raw", "curated", "consumption"] as const;

/** Profile by dataset, one picture: each cell is what somebody with just that profile gets. */
export function MatrixSection() {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const zone = parameters.get("zone") ?? undefined;
  const q = parameters.get("q") ?? undefined;
  const found = useInfiniteQuery(matrix({ zone, q }));
  const profiles = found.data?.pages[0]?.profiles ?? [];
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(parameters);
    if (value === "") next.delete(name);
    else next.set(name, value);
    setParameters(next, { replace: true });
  };
  return (
    <>
      <div className={forms.line}>
        <label>
          {t("catalog.zone")}
          <select value={zone ?? ""} onChange={(event) => choose("zone", event.currentTarget.value)}>
            <option value="">{t("zone.all")}</option>
            {zones.map((each) => (
              <option key={each} value={each}>
                {t(`zone.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("policies.matrix.words")}
          <input type="search" defaultValue={q} onChange={(event) => choose("q", event.currentTarget.value.trim())} />
        </label>
      </div>
      <Listing found={found} empty={<Empty title={t("policies.matrix.empty")}>{t("policies.matrix.empty.what")}</Empty>}>
        {(rows) => (
          <>
            <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("policies.section.matrix")}>
              <table className={`${tables.table} ${styles.matrix}`}>
                <thead>
                  <tr>
                    <th scope="col">{t("requests.dataset")}</th>
                    {profiles.map((profile) => (
                      <th scope="col" key={profile}>
                        {profile}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {byZone(rows).map(([each, some]) => (
                    <Fragment key={each}>
                      <tr className={styles.zone}>
                        <th scope="colgroup" colSpan={profiles.length + 1}>
                          <ZoneMark zone={each as Zone} />
                        </th>
                      </tr>
                      {some.map((row) => (
                        <tr key={`${row.database}.${row.name}`}>
                          <th scope="row">
                            <Link to={accessPath(row)}>{row.name}</Link>
                            <div className="soft small">{row.database}</div>
                          </th>
                          {profiles.map((profile) => (
                            <td key={profile}>
                              <MatrixCell row={row} profile={profile} cell={row.profiles[profile]} />
                            </td>
                          ))}
                        </tr>
                      ))}
                    </Fragment>
                  ))}
                </tbody>
              </table>
            </div>
            <Legend />
          </>
        )}
      </Listing>
    </>
  );
}

/** Rows in the order of the zones, each zone once. */
export function byZone(rows: MatrixRow[]): [string, MatrixRow[]][] {
  return zones
    .map((zone): [string, MatrixRow[]] => [zone, rows.filter((row) => row.zone === zone)])
    .filter(([, some]) => some.length > 0);
}

function accessPath({ database, name }: MatrixRow): string {
  return `/catalog/${encodeURIComponent(database)}/${encodeURIComponent(name)}/access`;
}

function MatrixCell({ row, profile, cell }: { row: MatrixRow; profile: string; cell: Cell | undefined }) {
  const { t, number } = useWords();
  if (cell === undefined || !cell.known) {
    return (
      <span className="soft" title={t("policies.matrix.nothing")}>
        <span aria-hidden="true">·</span>
        <span className="hidden-visually">{t("policies.matrix.nothing")}</span>
      </span>
    );
  }
  const { columns } = cell;
  const readable = columns.all - columns.hidden;
  const words = cell.select
    ? [
        t("policies.matrix.columns", { readable: number(readable), n: columns.all }),
        ...(columns.masked > 0 ? [t("band.masked", { n: columns.masked })] : []),
        ...(cell.allRows ? [] : [t("band.filtered")]),
      ]
    : [t("policies.matrix.knows")];
  return (
    <Link className={styles.cell} to={`${accessPath(row)}?profile=${encodeURIComponent(profile)}`}>
      <Stretches shown={{ ...columns, select: cell.select, rows: null }} />
      <span>{words.join(" · ")}</span>
    </Link>
  );
}

function Legend() {
  const { t } = useWords();
  return (
    <p className={styles.legend}>
      {(["visible", "masked", "conditional", "hidden"] as const).map((state) => (
        <span key={state}>
          <Stretches shown={{ visible: 0, masked: 0, conditional: 0, hidden: 0, [state]: 1, select: true, rows: null }} />
          {t(`column.${state}`)}
        </span>
      ))}
    </p>
  );
}
