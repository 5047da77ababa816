import { useQuery } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { lineage } from "../api/queries";
import type { Dataset, Lineage, LineageBy } from "../api/types";
import { ZoneMark } from "../catalog/zone";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { LayerGraph } from "../ui/layer-graph";
import graph from "../ui/layer-graph.module.css";
import { inOrder } from "../ui/layers";
import { Empty, Failure, Waiting } from "../ui/states";
import styles from "./dataset.module.css";

const DEPTH = 10;
/** So many rows of columns are shown before somebody asks for more. */
const ROWS = 100;

/** What the dataset is made of and what is made of it, as far as this person may know. */
export function LineageTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const chooser = useId();
  const [parameters, setParameters] = useSearchParams();
  const column = parameters.get("column");
  const found = useQuery(lineage(dataset.database, dataset.name, column, DEPTH));
  const tables = useMemo(() => (found.data === undefined ? [] : tablesOf(found.data)), [found.data]);
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  const { edges, cut } = found.data;
  const here = `${dataset.database}.${dataset.name}`;
  if (column === null && edges.length === 0 && found.data.nodes.every((node) => node.feeds.length === 0)) {
    return <Empty title={t("lineage.none")}>{t("lineage.none.what")}</Empty>;
  }
  return (
    <>
      <p className={styles.follow}>
        <label htmlFor={chooser}>{t("lineage.follow")}</label>
        <select
          id={chooser}
          value={column ?? ""}
          onChange={(event) => setParameters(event.target.value === "" ? {} : { column: event.target.value }, { replace: true })}
        >
          <option value="">{t("lineage.allColumns")}</option>
          {dataset.schema.map((each) => (
            <option key={each.id} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </p>
      <LayerGraph things={tables} label={t("lineage.graph")} spare={false} width={236} current={here}>
        {(node) => (
          <Link
            className={graph.node}
            to={`/catalog/${encodeURIComponent(node.database)}/${encodeURIComponent(node.table)}/lineage`}
            aria-current={node.name === here ? "true" : undefined}
          >
            <span className={graph.name} title={node.name}>
              {node.table}
            </span>
            <span className={graph.facts}>
              <ZoneMark zone={node.zone} />
              {node.feeds[0] !== undefined && (
                <span className="soft">{t(`lineage.feed.${node.feeds[0].kind}`)}</span>
              )}
            </span>
            {node.needs.length > 0 && (
              <span className="hidden-visually">{t("lineage.madeOf", { tables: node.needs.join(", ") })}</span>
            )}
          </Link>
        )}
      </LayerGraph>
      {cut && <p className="soft">{t("lineage.cut")}</p>}
      {edges.length > 0 && <Columns edges={edges} here={here} />}
    </>
  );
}

/** Each table after those it is made of. */
function tablesOf({ nodes, edges }: Lineage) {
  const needs = new Map<string, string[]>();
  for (const { from, to } of edges) needs.set(to, [...(needs.get(to) ?? []), from]);
  return inOrder(
    nodes.map((node) => {
      const name = `${node.database}.${node.name}`;
      return { ...node, name, table: node.name, needs: needs.get(name) ?? [] };
    }),
  );
}

/** What one column is made of; without columns, what chose the rows of a table. */
interface ColumnRow {
  edge: Lineage["edges"][number];
  from: string | null;
  to: string | null;
}

/** The columns, what is nearest to the dataset first. */
function Columns({ edges, here }: { edges: Lineage["edges"]; here: string }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const rows = useMemo(() => {
    const near = (edge: Lineage["edges"][number]) => (edge.to === here ? 0 : edge.from === here ? 1 : 2);
    return edges
      .toSorted((one, other) => near(one) - near(other))
      .flatMap<ColumnRow>((edge) =>
        edge.columns.length === 0 ? [{ edge, from: null, to: null }] : edge.columns.map(({ from, to }) => ({ edge, from, to })),
      );
  }, [edges, here]);
  return (
    <>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("lineage.columns")}>
        <table className={styles.plain}>
          <thead>
            <tr>
              <th scope="col">{t("lineage.column")}</th>
              <th scope="col">{t("lineage.from")}</th>
              <th scope="col">{t("lineage.by")}</th>
              <th scope="col">{t("lineage.at")}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, ROWS)).map(({ edge, from, to }) => (
              <tr key={`${edge.from} ${edge.to} ${from} ${to}`}>
                <td className="mono">{to === null ? edge.to : `${edge.to}.${to}`}</td>
                {from === null ? (
                  <td>
                    <span className="mono">{edge.from}</span> <span className="soft">{t("lineage.rows")}</span>
                  </td>
                ) : (
                  <td className="mono">
                    {edge.from}.{from}
                  </td>
                )}
                <By by={edge.by} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!all && rows.length > ROWS && (
        <p className={styles.more}>
          <Button onClick={() => setAll(true)}>{t("lineage.all", { n: rows.length })}</Button>
        </p>
      )}
    </>
  );
}

function By({ by }: { by: LineageBy[] }) {
  const { t } = useWords();
  const last = by.toSorted((one, other) => other.at.localeCompare(one.at))[0];
  return (
    <>
      <td>
        {by
          .map((each) =>
            each.statement !== null
              ? each.statement.replaceAll("_", " ")
              : each.pipeline === null
                ? t("lineage.somePipeline")
                : `${each.pipeline} / ${each.stage}`,
          )
          .join(", ")}
      </td>
      <td>{last !== undefined && <Moment at={last.at} />}</td>
    </>
  );
}
