import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { quality } from "../api/queries";
import type { Dataset, Quality } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Rule } from "../pipelines/checks";
import pipelines from "../pipelines/pipelines.module.css";
import { queryPath } from "../query/address";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

/** Whether the dataset is as new as promised, and how it kept its rules from run to run. */
export default function QualityTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const found = useQuery(quality(dataset.database, dataset.name));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  const { promise, told, rules } = found.data;
  return (
    <div className={styles.quality}>
      <section>
        <h2>{t("quality.freshness")}</h2>
        <Freshness promise={promise} />
      </section>
      <section>
        <h2>{t("quality.rules")}</h2>
        {told === "none" ? (
          <NotForYou title={t("quality.none")}>{t("quality.none.what")}</NotForYou>
        ) : rules.length === 0 ? (
          <p className="soft">{t("quality.noRules")}</p>
        ) : (
          <Rules rules={rules} />
        )}
        {told === "some" && <p className="soft">{t("quality.some")}</p>}
      </section>
    </div>
  );
}

function Freshness({ promise }: { promise: Quality["promise"] }) {
  const { t, duration } = useWords();
  const { session } = useSession();
  if (promise === null) return <p className="soft">{t("quality.noPromise")}</p>;
  const within = duration(promise.withinSeconds * 1000);
  if (promise.by === "commit") {
    return (
      <>
        <p>{t("quality.promised", { within })}</p>
        {promise.newest === null ? (
          <p>{t("quality.neverCommitted")}</p>
        ) : (
          <p className={promise.kept === false ? styles.warning : styles.about}>
            {t(promise.kept === false ? "quality.late" : "quality.kept")} <Moment at={promise.newest} />.
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <p>
        {promise.column === null
          ? t("quality.promised", { within })
          : t("quality.promisedBy", { within, column: promise.column })}
      </p>
      {promise.sql !== null && capabilities(session).has("query") && (
        <p>
          <Link to={queryPath(null, promise.sql)}>{t("quality.measure")}</Link>
        </p>
      )}
    </>
  );
}

/** Those that were not kept last come first. */
function Rules({ rules }: { rules: Quality["rules"] }) {
  const { t } = useWords();
  const kept = rules.filter((rule) => rule.points.at(-1)?.kept === true);
  const ordered = [...rules.filter((rule) => !kept.includes(rule)), ...kept];
  return (
    <>
      <p role="status">{t("quality.keptLast", { kept: kept.length, n: rules.length })}</p>
      <div className={pipelines.rules}>
        {ordered.map((rule) => (
          <Rule key={`${rule.pipeline} ${rule.stage} ${rule.rule}`} rule={rule}>
            <LastBroken rule={rule} />
          </Rule>
        ))}
      </div>
    </>
  );
}

function LastBroken({ rule }: { rule: Quality["rules"][number] }) {
  const { t } = useWords();
  const { session } = useSession();
  const broken = rule.points.findLast((point) => !point.kept || point.rowsFailing > 0);
  if (broken === undefined) return null;
  return (
    <div className={styles.broken}>
      <p>
        <strong>{t(broken.kept ? "quality.brokenBy" : "quality.broken")}</strong> <Moment at={broken.at} />
      </p>
      <p>{broken.message}</p>
      <p className={styles.acts}>
        {broken.run !== null && <Link to={`/runs/${encodeURIComponent(broken.run)}`}>{t("quality.run")}</Link>}
        {broken.quarantine && capabilities(session).has("query") && (
          <Link to={queryPath(null, broken.quarantine.sql)}>{t("quality.aside")}</Link>
        )}
      </p>
    </div>
  );
}
