import { useQuery } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { Link } from "react-router";
import { Moment, useWords } from "../i18n/i18n";
import { Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { health } from "./queries";
import type { EngineMemory, ServiceHealth } from "./types";

const parts = ["metadata", "engine", "audit"] as const;

/** Whether the service can do its work, what it has taken, and what waits. */
export function HealthSection() {
  const { t } = useWords();
  const found = useQuery(health());
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  return (
    <>
      {found.isError && <Failure error={found.error} kept={t("health.kept")} onRetry={() => void found.refetch()} />}
      <Whole health={found.data} />
    </>
  );
}

function Whole({ health }: { health: ServiceHealth }) {
  const { t, number, bytes } = useWords();
  const { memory, audit, queries, runs } = health;
  const engine = (one: EngineMemory | null) =>
    one === null
      ? t("health.unknown")
      : t(one.spilledBytes > 0 ? "health.engine.spilled" : "health.of", {
          used: bytes(one.usedBytes),
          all: bytes(memory.engineLimitBytes),
          spilled: bytes(one.spilledBytes),
        });
  return (
    <div data-testid="health">
      <p className={styles.verdict} role="status">
        <Up up={health.status === "up"}>{t(health.status === "up" ? "health.up" : "health.down")}</Up>
      </p>
      <p className="soft">
        {t("health.since")} <Moment at={health.startedAt} />
      </p>
      <div className={styles.panels}>
        <Panel title={t("health.parts")}>
          {parts.map((part) => (
            <Fact key={part} name={t(`health.part.${part}`)}>
              <Up up={health.checks[part] === "up"}>{t(health.checks[part] === "up" ? "health.works" : "health.fails")}</Up>
              {part === "metadata" && <span className="soft"> · {health.metadata === "sqlite" ? "SQLite" : "PostgreSQL"}</span>}
            </Fact>
          ))}
        </Panel>
        <Panel title={t("health.room")}>
          {health.disks.map((disk) => (
            <Fact key={disk.part} name={t(`health.disk.${disk.part as "warehouse" | "audit" | "temp"}`)}>
              {t("health.free", { free: bytes(disk.freeBytes), all: bytes(disk.totalBytes) })}
              <Bar part={disk.totalBytes - disk.freeBytes} of={disk.totalBytes} />
            </Fact>
          ))}
        </Panel>
        <Panel title={t("health.memory")}>
          <Fact name={t("health.reader")}>
            {engine(memory.reader)}
            <Bar part={memory.reader?.usedBytes ?? 0} of={memory.engineLimitBytes} />
          </Fact>
          <Fact name={t("health.writer")}>
            {engine(memory.writer)}
            <Bar part={memory.writer?.usedBytes ?? 0} of={memory.engineLimitBytes} />
          </Fact>
          <Fact name={t("health.heap")}>
            {t("health.of", { used: bytes(memory.heapBytes), all: bytes(memory.heapLimitBytes) })}
            <Bar part={memory.heapBytes} of={memory.heapLimitBytes} />
          </Fact>
        </Panel>
        <Panel title={t("place.audit")}>
          <Fact name={t("health.records")}>{number(audit.records)}</Fact>
          <Fact name={t("health.signed")}>
            {audit.signed >= audit.records ? t("health.signed.all") : t("health.signed.upTo", { n: audit.signed })}
          </Fact>
          <Fact name={t("health.more")}>
            <Link to="/audit?part=people">{t("audit.retention")}</Link>
          </Fact>
        </Panel>
        <Panel title={t("health.queries")}>
          <Fact name={t("workgroup.running")}>{t("health.count.of", { n: queries.running, most: queries.concurrent })}</Fact>
          <Fact name={t("workgroup.queued")}>{t("health.count.of", { n: queries.queued, most: queries.queueLimit })}</Fact>
          <Fact name={t("health.ended")}>
            {t("health.ended.how", { succeeded: queries.succeeded, failed: queries.failed, cancelled: queries.cancelled })}
          </Fact>
        </Panel>
        <Panel title={t("health.runs")}>
          <Fact name={t("health.scheduler")}>{t(runs.scheduler ? "health.scheduler.on" : "health.scheduler.off")}</Fact>
          <Fact name={t("workgroup.running")}>{t("health.runs.here", { n: runs.running, here: runs.here, nodes: runs.nodes })}</Fact>
          <Fact name={t("workgroup.queued")}>{number(runs.queued)}</Fact>
          {runs.left > 0 && <Fact name={t("health.left")}>{t("health.left.what", { n: runs.left })}</Fact>}
        </Panel>
      </div>
      <section className={styles.part} aria-label={t("health.streams")}>
        <h2>{t("health.streams")}</h2>
        <Streams streams={health.streams} />
      </section>
    </div>
  );
}

function Streams({ streams }: { streams: ServiceHealth["streams"] }) {
  const { t } = useWords();
  if (streams.length === 0) return <p className={styles.none}>{t("health.streams.none")}</p>;
  return (
    <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("health.streams")}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("health.stream")}</th>
            <th scope="col">{t("user.kind")}</th>
            <th scope="col">{t("source.name")}</th>
            <th scope="col">{t("user.state")}</th>
            <th scope="col">{t("health.stream.last")}</th>
          </tr>
        </thead>
        <tbody>
          {streams.map((stream) => (
            <tr key={`${stream.pipeline} ${stream.stage}`}>
              <th scope="row">
                <Link to={`/pipelines?pipeline=${encodeURIComponent(stream.pipeline)}`}>{stream.pipeline}</Link> · {stream.stage}
              </th>
              <td>{t(`stream.${stream.kind}`)}</td>
              <td>{stream.source ?? "–"}</td>
              <td className={tables.wrap}>
                {stream.problem !== null ? (
                  <Up up={false}>{stream.problem}</Up>
                ) : stream.paused ? (
                  <span className={styles.state} data-state="off">
                    <i aria-hidden="true" />
                    {t("health.stream.paused")}
                  </span>
                ) : (
                  <Up up={stream.lastState !== "FAILED"}>{t(stream.lastState === "FAILED" ? "health.stream.failed" : "health.stream.listens")}</Up>
                )}
              </td>
              <td>{stream.lastEnded === null ? t("credential.unused") : <Moment at={stream.lastEnded} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Whether something works: by a sign and words. */
export function Up({ up, children }: { up: boolean; children: ReactNode }) {
  return (
    <span className={styles.state} data-state={up ? "on" : "bad"}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.panel} aria-label={title}>
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How full something is; the words beside it say it too. */
function Bar({ part, of }: { part: number; of: number }) {
  const share = of <= 0 ? 0 : Math.min(1, part / of);
  return (
    <svg className={styles.fill} data-full={share > 0.9} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="4" />
      <rect width={share * 100} height="4" />
    </svg>
  );
}
