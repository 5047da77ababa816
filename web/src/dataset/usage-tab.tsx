import { useQuery } from "@tanstack/react-query";
import { usage } from "../api/queries";
import type { Dataset, DatasetUsage } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Empty, Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

const DAY = 86_400_000;
const DAYS = 30;
const [WIDTH, HEIGHT] = [600, 96];

/** How often the dataset was read in the last days and which of its columns; by whom, for those who watch over it. */
export default function UsageTab({ dataset }: { dataset: Dataset }) {
  const { t, number } = useWords();
  const found = useQuery(usage(dataset.database, dataset.name));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  const { told, statements, people, columns, who } = found.data;
  if (told === "nothing") return <NotForYou title={t("usage.none")}>{t("usage.none.what")}</NotForYou>;
  if (!statements) return <Empty title={t("usage.empty")}>{t("usage.empty.what")}</Empty>;
  const read = columns.filter((each) => each.statements > 0);
  const unread = columns.filter((each) => each.statements === 0);
  return (
    <div className={styles.quality}>
      <section>
        <h2>{t("usage.title")}</h2>
        <p>{t("usage.sum", { statements: number(statements), people: number(people ?? 0) })}</p>
        <Days usage={found.data} />
      </section>
      <section>
        <h2>{t("usage.columns")}</h2>
        <table className={`${styles.plain} ${styles.narrow}`}>
          <thead>
            <tr>
              <th scope="col">{t("schema.column")}</th>
              <th scope="col" className={styles.right}>{t("usage.statements")}</th>
              <th scope="col">{t("usage.share")}</th>
            </tr>
          </thead>
          <tbody>
            {read.map((each) => (
              <tr key={each.column}>
                <th scope="row" className="mono">{each.column}</th>
                <td className={styles.right}>{number(each.statements)}</td>
                <td>
                  <meter
                    className={styles.meter}
                    aria-label={each.column}
                    min={0}
                    max={statements}
                    value={Math.min(statements, each.statements)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {unread.length > 0 && (
          <p className="soft">{t("usage.unread", { columns: unread.map((each) => each.column).join(", ") })}</p>
        )}
      </section>
      <section>
        <h2>{t("usage.who")}</h2>
        {told === "numbers" ? <p className="soft">{t("usage.numbers")}</p> : <Readers who={who} />}
      </section>
    </div>
  );
}

function Readers({ who }: { who: DatasetUsage["who"] }) {
  const { t, number } = useWords();
  return (
    <table className={`${styles.plain} ${styles.narrow}`}>
      <thead>
        <tr>
          <th scope="col">{t("policies.user")}</th>
          <th scope="col" className={styles.right}>{t("usage.statements")}</th>
          <th scope="col">{t("usage.last")}</th>
        </tr>
      </thead>
      <tbody>
        {who.map((each) => (
          <tr key={each.person}>
            <th scope="row">{each.person}</th>
            <td className={styles.right}>{number(each.statements)}</td>
            <td>
              <time dateTime={each.last}>{each.last}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A bar for each of the days, from the first to today. */
function Days({ usage: { since, days } }: { usage: DatasetUsage }) {
  const { t, number } = useWords();
  const counts = new Map(days.map((each) => [each.day, each.statements]));
  const all = Array.from({ length: DAYS }, (_, i) => {
    const day = new Date(Date.parse(since) + i * DAY).toISOString().slice(0, 10);
    return { day, statements: counts.get(day) ?? 0 };
  });
  const busiest = all.reduce((most, each) => (each.statements > most.statements ? each : most));
  const step = WIDTH / DAYS;
  return (
    <>
      <svg
        className={styles.days}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t("usage.days", { day: busiest.day, statements: number(busiest.statements) })}
      >
        {all.map((each, i) => {
          const height = (each.statements / busiest.statements) * (HEIGHT - 4);
          return (
            <rect key={each.day} x={i * step + 2} y={HEIGHT - height} width={step - 4} height={height}>
              <title>{`${each.day}: ${number(each.statements)}`}</title>
            </rect>
          );
        })}
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      </svg>
      <p className={styles.span}>
        <span>{all[0]?.day}</span>
        <span>{all.at(-1)?.day}</span>
      </p>
    </>
  );
}
