import { useQuery } from "@tanstack/react-query";
import { Problem } from "../api/client";
import { profile, profileFile } from "../api/queries";
import type { Dataset, ProfiledColumn } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import buttons from "../ui/button.module.css";
import { Empty, Failure, NotForYou, WhyNot, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

/** What the values look like, of the columns that this person sees as they are. */
export function ProfileTab({ dataset: { database, name, access } }: { dataset: Dataset }) {
  const { t, number } = useWords();
  const found = useQuery({ ...profile(database, name), enabled: access.select });

  if (!access.select) return <NotForYou title={t("profile.none")}>{t("sample.none.what")}</NotForYou>;

  if (found.data === undefined) {
    if (found.error instanceof Problem && found.error.status === 403) {
      return <NotForYou title={t("profile.none")}><WhyNot by={found.error} /></NotForYou>;
    }
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} height={56} />;
  }
  const { columns, profiledAt } = found.data;
  const first = columns[0];
  if (first === undefined || profiledAt === null) {
    return <Empty title={t("profile.empty")}>{t("profile.empty.what")}</Empty>;
  }
  return (
    <>
      <div className={styles.profileHead}>
        <p className={`soft ${styles.note}`}>
          {t("profile.note", { rows: number(first.rows) })} <Moment at={profiledAt} />. {t("profile.note.what")}
        </p>
        <a className={buttons.button} href={profileFile(database, name)} download>
          {t("profile.file")}
        </a>
      </div>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("dataset.tab.profile")}>
        <table className={`${styles.plain} ${styles.profile}`}>
          <thead>
            <tr>
              <th scope="col">{t("profile.column")}</th>
              <th scope="col" className={styles.right}>{t("profile.missing")}</th>
              <th scope="col" className={styles.right}>{t("profile.distinct")}</th>
              <th scope="col">{t("profile.spread")}</th>
              <th scope="col">{t("profile.top")}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.id}>
                <th scope="row">
                  {column.name}
                  <div className="soft mono">{column.type}</div>
                </th>
                <td className={styles.right}>{share(column.nulls, column.rows)}</td>
                <td className={styles.right}>{column.distinct === undefined ? "–" : number(column.distinct)}</td>
                <td>
                  <Spread column={column} />
                </td>
                <td>
                  <dl className={styles.frequent}>
                    {column.top?.slice(0, 5).map((top) => (
                      <div key={top.value} style={{ display: "contents" }}>
                        <dt>{share(top.rows, column.rows)}</dt>
                        <dd className="mono">{top.value}</dd>
                      </div>
                    ))}
                  </dl>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Spread({ column }: { column: ProfiledColumn }) {
  const { t, number } = useWords();
  const median = column.quantiles?.find((quantile) => quantile.share === "0.5");
  return (
    <>
      {column.histogram !== undefined && <Bars column={column.name} histogram={column.histogram} />}
      {column.min !== undefined && column.max !== undefined && (
        <div className={styles.ends}>
          <span>{column.min}</span>
          <span>{column.max}</span>
        </div>
      )}
      <div className="soft">
        {[
          median && t("profile.median", { value: median.value }),
          column.mean !== undefined && t("profile.mean", { value: number(Number(column.mean)) }),
          column.maxLength !== undefined && t("profile.length", { n: column.maxLength }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </div>
    </>
  );
}

function Bars({ column, histogram }: { column: string; histogram: NonNullable<ProfiledColumn["histogram"]> }) {
  const { t } = useWords();
  const { from, to, counts } = histogram;
  const most = Math.max(1, ...counts);
  return (
    <svg
      className={styles.bars}
      viewBox={`0 0 ${counts.length * 10} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("profile.bars", { column, from, to })}
    >
      {counts.map((count, bar) => (
        <rect key={bar} x={bar * 10} y={40 - (40 * count) / most} width={9} height={(40 * count) / most} />
      ))}
    </svg>
  );
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(part === 0 || part === whole ? 0 : 1)} %`;
}
