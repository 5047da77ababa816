import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Empty, Failure, Waiting, WhyNot } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { Up } from "./health-section";
import { sources } from "./queries";
import type { Checked, NamedSource } from "./types";

/** What the settings name for pipelines: who may use it, who does, and whether it is there. */
export function SourcesSection() {
  const { t } = useWords();
  const found = useQuery(sources());
  return (
    <>
      <p className={`${styles.below} soft`}>{t("source.what")}</p>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={4} />
        )
      ) : found.data.items.length === 0 ? (
        <Empty title={t("source.none")}>{t("source.none.what")}</Empty>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("administration.sources")}>
          <table className={tables.table} data-testid="sources">
            <thead>
              <tr>
                <th scope="col">{t("source.name")}</th>
                <th scope="col">{t("user.kind")}</th>
                <th scope="col">{t("source.usedBy")}</th>
                <th scope="col">{t("source.uses")}</th>
                <th scope="col">{t("source.there")}</th>
              </tr>
            </thead>
            <tbody>
              {found.data.items.map((source) => (
                <Line key={`${source.of} ${source.name}`} source={source} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function Line({ source }: { source: NamedSource }) {
  const { t } = useWords();
  const { of, name } = source;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {t(`source.of.${of}`)} <span className="soft">· {source.kind}</span>
      </td>
      <td className={tables.wrap}>
        {source.usedBy.length > 0 && <div>{t("source.reads", { who: source.usedBy.join(", ") })}</div>}
        {source.publishedBy.length > 0 && <div>{t("source.writes", { who: source.publishedBy.join(", ") })}</div>}
        {source.usedBy.length + source.publishedBy.length === 0 && <span className="soft">{t("source.nobody")}</span>}
      </td>
      <td className={tables.wrap}>
        {source.uses.length === 0 ? (
          <span className="soft">{t("source.unused")}</span>
        ) : (
          <ul>
            {source.uses.map(({ pipeline, stage, writes }) => (
              <li key={`${pipeline} ${stage}`}>
                <Link to={`/pipelines?pipeline=${encodeURIComponent(pipeline)}`}>{pipeline}</Link> · {stage}{" "}
                <span className="soft">{t(writes ? "source.written" : "source.read")}</span>
              </li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <Check of={of} name={name} />
      </td>
    </tr>
  );
}

/** Looks on a click, never by itself: it opens a connection from the service. */
function Check({ of, name }: Pick<NamedSource, "of" | "name">) {
  const { t, duration } = useWords();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Checked | null>(null);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const look = async () => {
    setBusy(true);
    setTold(null);
    setRefusal(null);
    try {
      setTold(await client.post<Checked>("/administration/sources/check", { of, name }));
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.check}>
      <Button onClick={() => void look()} disabled={busy} aria-label={t("source.check.one", { name })}>
        {t(busy ? "source.checking" : "source.check")}
      </Button>
      <span role="status">
        {refusal !== null ? (
          <Up up={false}>{refusal}</Up>
        ) : told === null ? null : (
          <Up up={told.reachable}>
            {told.problem === null ? t("source.answers", { time: duration(told.millis) }) : t(`source.problem.${told.problem}`)}
          </Up>
        )}
      </span>
    </div>
  );
}
