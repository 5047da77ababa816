import type { ReactNode } from "react";
import { Link } from "react-router";
import { Moment, useWords } from "../i18n/i18n";
import type { Review, ReviewedDataset, Ruling, WholeItem } from "./api";
import { Decision } from "./decision";
import { Reassign } from "./reassign";
import styles from "./reviews.module.css";
import { personName, useSource, VerdictMark } from "./words";

/** One grant: evidence first, then the decision. */
export function Item({ review, whole, onDecided }: { review: Review; whole: WholeItem; onDecided: () => void }) {
  const { t, dateTime } = useWords();
  const source = useSource();
  const { item, evidence } = whole;
  const { use } = item;
  return (
    <>
      <h2>
        {personName(item.grantee)} · {item.on}
      </h2>
      <p className={styles.facts}>
        <VerdictMark verdict={item.verdict} failed={item.state === "FAILED"} />
        <span className="mono">{item.permissions.join(", ")}</span>
        <span>
          {t("reviews.reviewer")} {personName(item.reviewer)}
        </span>
      </p>
      {item.shared && <p className={styles.note}>{t("reviews.shared", { n: evidence.holders })}</p>}
      {!evidence.current && item.state !== "DECIDED" && <p className={styles.note}>{t("reviews.notCurrent")}</p>}
      {evidence.current && (item.verdict === "revoke" || item.verdict === "narrow") && item.state === "DECIDED" && (
        <p className={styles.note}>{t("reviews.cameBack")}</p>
      )}
      {evidence.retiredUpTo && <p className={styles.note}>{t("reviews.retired", { at: dateTime(evidence.retiredUpTo) })}</p>}
      <dl className={styles.evidence}>
        <Fact name={t("reviews.lastUsed")}>
          {!use.traced ? (
            t("reviews.use.untraced")
          ) : use.last === null ? (
            <strong>{t("reviews.use.never")}</strong>
          ) : (
            <>
              <Moment at={use.last} />
              <span className="soft"> · {t("reviews.use.reads", { n: use.reads, people: use.people })}</span>
            </>
          )}
        </Fact>
        {use.traced && (
          <Fact name={t("reviews.columns")}>{t("reviews.use.columns", { used: use.used, granted: use.granted })}</Fact>
        )}
        <Fact name={t("reviews.source")}>
          {evidence.request === null ? (
            source(item.source)
          ) : (
            <>
              <Link to={`/requests/${encodeURIComponent(evidence.request.id)}`}>{source(item.source)}</Link>
              <span className="soft">
                {" "}
                · {t("reviews.requested", {
                  requester: evidence.request.requester,
                  approvers: evidence.request.approvers.join(", "),
                })}
              </span>
              <div className={styles.said}>{evidence.request.justification}</div>
            </>
          )}
        </Fact>
        {evidence.given !== null && (
          <Fact name={t("reviews.given")}>
            {evidence.given.by}, <Moment at={evidence.given.at} />
          </Fact>
        )}
        <Fact name={t("reviews.until")}>
          {item.until === null ? t("reviews.forever") : <Moment at={item.until} exact />}
        </Fact>
        <Fact name={t("reviews.holders")}>{t("reviews.people", { n: evidence.holders })}</Fact>
        {evidence.reached > evidence.datasets.length && (
          <Fact name={t("reviews.reached")}>{t("reviews.datasets", { n: evidence.reached })}</Fact>
        )}
        {whole.purpose !== "" && <Fact name={t("requests.purpose")}>{whole.purpose}</Fact>}
        {whole.reason !== "" && <Fact name={t("reviews.reason")}>{whole.reason}</Fact>}
        <Fact name={t("reviews.before")}>
          {evidence.before === null ? (
            t("reviews.before.none")
          ) : (
            <>
              {t(`reviews.verdict.${evidence.before.verdict}`)}, {evidence.before.by}, <Moment at={evidence.before.at} />
            </>
          )}
        </Fact>
      </dl>
      {use.traced && evidence.datasets.map((dataset) => <Columns key={dataset.dataset} dataset={dataset} />)}
      {whole.ruling !== null && <Ruled ruling={whole.ruling} />}
      {item.actions.includes("decide") && <Decision review={review} whole={whole} onDecided={onDecided} />}
      {item.actions.includes("reassign") && <Reassign review={review} item={item} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Columns({ dataset }: { dataset: ReviewedDataset }) {
  const { t } = useWords();
  return (
    <div>
      <h3 className="mono">{dataset.dataset}</h3>
      <ul className={styles.columns}>
        {dataset.columns.map((column) => (
          <li key={column.name} data-used={column.used}>
            {column.name}
            <span className="hidden-visually"> ({t(column.used ? "reviews.column.used" : "reviews.column.unused")})</span>
          </li>
        ))}
      </ul>
      {dataset.hidden > 0 && <p className="soft small">{t("reviews.hidden", { n: dataset.hidden })}</p>}
    </div>
  );
}

function Ruled({ ruling }: { ruling: Ruling }) {
  const { t } = useWords();
  return (
    <div className={styles.ruling}>
      <h3>{t("reviews.ruling")}</h3>
      <p>
        <VerdictMark verdict={ruling.verdict} failed={ruling.failure !== undefined} /> {ruling.by}, <Moment at={ruling.at} />
      </p>
      {ruling.reason !== "" && <p className={styles.said}>{ruling.reason}</p>}
      {ruling.columnsLeft !== undefined && <p>{t("reviews.left", { n: ruling.columnsLeft })}</p>}
      {ruling.until !== undefined && (
        <p>
          {t("reviews.until")} <Moment at={ruling.until} exact />
        </p>
      )}
      {ruling.failure !== undefined && <p className={styles.refusal}>{ruling.failure}</p>}
      {ruling.outcome !== undefined && (
        <p className="soft">
          {t(ruling.outcome.byGrant ? "reviews.readBack.something" : "reviews.readBack.nothing", {
            epoch: ruling.outcome.epoch,
          })}
          {ruling.outcome.datasets.some((one) => one.allowed) && ` ${t("reviews.readBack.others")}`}
        </p>
      )}
    </div>
  );
}
