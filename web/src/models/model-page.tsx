import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { AccessBand } from "../access/access-band";
import { shownOfDataset } from "../access/band";
import { client, Problem } from "../api/client";
import { checks, datasetDetail, pipelines } from "../api/queries";
import type { CheckRule } from "../api/types";
import { Chart } from "../charts/chart";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { newRequestPath } from "../requests/address";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import buttons from "../ui/button.module.css";
import { Dialog } from "../ui/dialog";
import form from "../ui/form.module.css";
import { Empty, Failure, NotForYou, Waiting, WhyNot } from "../ui/states";
import tables from "../ui/table.module.css";
import { model, modelPath, type Model } from "./api";
import { baselinesOf, beats, confusionOf, doubtsOf, featuresOf, metricsOf, snapshotsOf, type Confusion, type Version } from "./cells";
import { measure } from "./measures";
import styles from "./models.module.css";
import { iso } from "./models-page";

/** A model: which version is in use, how good each is, what it was made of, and how its inputs have changed since. */
export default function ModelPage() {
  const { t, number } = useWords();
  const { database = "", name = "" } = useParams();
  const found = useInfiniteQuery(model(database, name));
  const detail = useQuery(datasetDetail(database, name));
  const [parameters, setParameters] = useSearchParams();
  const first = found.data?.pages[0];
  const title = `${database}.${name}`;
  if (found.isError) {
    return (
      <Page title={title}>
        {found.error instanceof Problem && found.error.status === 404 ? (
          <NotForYou title={t("models.missing")}>
            <Link to="/models">{t("models.toAll")}</Link>
          </NotForYou>
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  }
  const versions = found.data?.pages.flatMap((page) => page.versions) ?? [];
  const trainedOn = Object.assign({}, ...(found.data?.pages.map((page) => page.trainedOn) ?? [])) as Record<string, string>;
  const wanted = parameters.get("version");
  const shown =
    versions.find((version) => wanted !== null && version["version"] === wanted) ??
    versions.find((version) => version["stage"] === "champion") ??
    versions[0];
  const catalog = `/catalog/${encodeURIComponent(database)}/${encodeURIComponent(name)}`;
  return (
    <Page title={title}>
      <h1 className={styles.name}>{title}</h1>
      <p>{detail.data?.description}</p>
      <p className={styles.links}>
        <Link to={catalog}>{t("models.asDataset")}</Link>
        <Link to={`${catalog}/lineage`}>{t("dataset.tab.lineage")}</Link>
        <Link to={`${catalog}/access?sees=artifact`}>{t("models.whoMayUse")}</Link>
      </p>
      {detail.data !== undefined && <AccessBand shown={shownOfDataset(detail.data)} because={detail.data.access.because} />}
      {first === undefined ? (
        <Waiting rows={8} />
      ) : !first.select ? (
        <NotForYou title={t("models.closed")}>
          <Link className={buttons.button} to={newRequestPath({ permission: "SELECT", items: [{ dataset: title, columns: [] }] })}>
            {t("query.request")}
          </Link>
        </NotForYou>
      ) : versions.length === 0 ? (
        <Empty title={t("models.noVersions")}>{t("models.noVersions.what")}</Empty>
      ) : (
        <>
          <h2>{t("models.versions")}</h2>
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("models.versions")}>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t("models.number")}</th>
                  <th scope="col">{t("models.stage")}</th>
                  <th scope="col">{t("models.trained")}</th>
                  <th scope="col" className={tables.right}>{t("models.rows")}</th>
                  <th scope="col">{t("models.doubts")}</th>
                  {first.mayPromote && <th scope="col">{t("models.decide")}</th>}
                </tr>
              </thead>
              <tbody>
                {versions.map((version, index) => (
                  <tr key={version["version"] ?? index} aria-current={version === shown ? "true" : undefined}>
                    <td>
                      <button
                        type="button"
                        className={styles.choose}
                        aria-pressed={version === shown}
                        onClick={() => setParameters({ version: version["version"] ?? "" })}
                      >
                        {t("models.version", { version: version["version"] ?? "–" })}
                      </button>
                    </td>
                    <td>
                      <Stage word={version["stage"]} />
                    </td>
                    <td>{version["trained_at"] != null ? <Moment at={iso(version["trained_at"])} /> : "–"}</td>
                    <td className={tables.right}>{version["rows"] == null ? "–" : number(Number(version["rows"]))}</td>
                    <td>{version["doubts"] === undefined ? <NotShown /> : doubtsOf(version).length}</td>
                    {first.mayPromote && (
                      <td>
                        <Decide model={first} version={version} />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {found.hasNextPage && (
            <Button className={tables.more} onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
              {t("action.more")}
            </Button>
          )}
          {shown !== undefined && <One version={shown} trainedOn={trainedOn} />}
        </>
      )}
    </Page>
  );
}

function NotShown() {
  const { t } = useWords();
  return <span className="soft">{t("models.notShown")}</span>;
}

function Stage({ word }: { word: string | null | undefined }) {
  const { t } = useWords();
  if (word !== "champion" && word !== "candidate" && word !== "retired") return <>{word ?? "–"}</>;
  return (
    <span className={styles.stage} data-stage={word}>
      {t(`models.stage.${word}`)}
    </span>
  );
}

/** One version: measures beside what they are held against, what was taken for what, and what it was made of. */
function One({ version, trainedOn }: { version: Version; trainedOn: Record<string, string> }) {
  const { t } = useWords();
  const metrics = metricsOf(version);
  const baselines = baselinesOf(version);
  const doubts = doubtsOf(version);
  const confusion = confusionOf(version);
  const features = featuresOf(version);
  const snapshots = snapshotsOf(version);
  const label = t("models.version", { version: version["version"] ?? "–" });
  return (
    <section className={styles.one} aria-label={label} data-testid="version">
      <h2>{label}</h2>
      <p className="soft">
        {[version["task"], version["algorithm"], version["label"] == null ? null : t("models.tells", { label: version["label"] })]
          .filter((word) => word != null)
          .join(" · ")}
      </p>
      {doubts.length > 0 && (
        <ul className={styles.doubts}>
          {doubts.map((doubt) => (
            <li key={doubt}>{doubt}</li>
          ))}
        </ul>
      )}
      <h3>{t("models.measures")}</h3>
      {Object.keys(metrics).length === 0 ? (
        <NotShown />
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("models.measures")}>
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("models.measure")}</th>
                <th scope="col" className={tables.right}>{label}</th>
                {baselines.map(({ name }) => (
                  <th key={name} scope="col" className={tables.right}>{name}</th>
                ))}
                <th scope="col">{t("models.against")}</th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(metrics).map(([name, value]) => {
                const better = beats(name, value, baselines);
                return (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td className={tables.right}>
                      <strong>{measure(value)}</strong>
                    </td>
                    {baselines.map((baseline) => (
                      <td key={baseline.name} className={tables.right}>
                        {baseline.metrics[name] === undefined ? "–" : measure(baseline.metrics[name])}
                      </td>
                    ))}
                    <td>{better === null ? "–" : better ? t("models.better") : t("models.notBetter")}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {confusion !== null && <Matrix confusion={confusion} />}
      <h3>{t("models.madeOf")}</h3>
      {version["training_snapshots"] === undefined ? (
        <NotShown />
      ) : (
        <ul>
          {snapshots.map(({ table, snapshot }) => {
            const named = trainedOn[table];
            return (
              <li key={table}>
                {named === undefined ? (
                  <span className="soft">{t("models.otherTable")}</span>
                ) : (
                  <Link className="mono" to={`/catalog/${named.replace(".", "/")}/history`}>
                    {named}
                  </Link>
                )}{" "}
                · {t("models.snapshot")} <span className="mono">{snapshot}</span>
              </li>
            );
          })}
        </ul>
      )}
      <h3>{t("models.features")}</h3>
      {features.length === 0 ? (
        <NotShown />
      ) : (
        <p>
          {features.map(({ name, kind }, index) => (
            <span key={name}>
              {index > 0 && ", "}
              <span className="mono">{name}</span>
              {kind !== "" && <span className="soft"> ({kind})</span>}
            </span>
          ))}
        </p>
      )}
      {version["pipeline"] != null && <Drift made={version["pipeline"]} />}
    </section>
  );
}

/** What rows are, downwards, and what was said of them, across; more rows are darker, and each has its number. */
function Matrix({ confusion: { classes, counts } }: { confusion: Confusion }) {
  const { t, number } = useWords();
  const most = Math.max(1, ...counts.flat());
  return (
    <>
      <h3>{t("models.confusion")}</h3>
      <p className="soft">{t("models.confusion.what")}</p>
      <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("models.confusion")}>
        <table className={`${tables.table} ${styles.matrix}`}>
          <thead>
            <tr>
              <th scope="col">{t("models.is")}</th>
              {classes.map((name) => (
                <th key={name} scope="col" className={tables.right}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map((row, is) => (
              <tr key={classes[is]}>
                <th scope="row">{classes[is]}</th>
                {row.map((rows, said) => (
                  <td
                    key={classes[said]}
                    className={`${tables.right} ${is === said ? styles.right : ""}`}
                    style={{ backgroundColor: `color-mix(in srgb, var(--${is === said ? "accent" : "amber"}-wash) ${Math.round((100 * rows) / most)}%, transparent)` }}
                  >
                    {rows === 0 ? <span className="soft">0</span> : number(rows)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** How far what is scored is from what was learned from, run by run; for those who may operate the pipeline. */
function Drift({ made }: { made: string }) {
  const { t } = useWords();
  const { session } = useSession();
  // Pipeline and stage, as `complaints/learn`.
  const [pipeline = made] = made.split("/");
  const operated = useQuery({ ...pipelines(), enabled: capabilities(session).has("pipelines") });
  const found = useQuery({ ...checks(pipeline), enabled: operated.data?.items.some(({ name }) => name === pipeline) === true });
  const rules = (found.data?.items ?? []).filter(({ rule }) => rule.startsWith("drift of "));
  if (rules.length === 0) return null;
  return (
    <>
      <h3>{t("models.drift")}</h3>
      <p className="soft">{t("models.drift.what")}</p>
      <div className={styles.drift}>
        {rules.map((rule) => (
          <DriftOf key={`${rule.stage} ${rule.rule}`} rule={rule} />
        ))}
      </div>
    </>
  );
}

function DriftOf({ rule }: { rule: CheckRule }) {
  const columns = [
    { name: "at", type: "timestamp" },
    { name: "index", type: "double" },
  ];
  return (
    <section aria-label={rule.rule} data-testid="drift">
      <h4>{rule.rule}</h4>
      <Chart spec={{ kind: "line", x: "at", y: ["index"] }} columns={columns} rows={rule.points.map(({ at, measured }) => [at, String(measured)])} title={rule.rule} />
    </section>
  );
}

/** Puts a version to use or takes it out, with the reason that goes on record. */
function Decide({ model: { database, name }, version }: { model: Model; version: Version }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const id = useId();
  const [open, show] = useState(false);
  const [reason, setReason] = useState("");
  const number = version["version"];
  const stage = version["stage"];
  const to = stage === "champion" ? "retired" : "champion";
  const move = useMutation({
    mutationFn: () =>
      client.post(`${modelPath(database, name)}/versions/${encodeURIComponent(number ?? "")}/stage`, { stage: to, reason: reason.trim() }),
    onSuccess: () => {
      show(false);
      void cache.invalidateQueries({ queryKey: ["models", database, name] });
    },
  });
  // A candidate with doubts cannot be put to use; what was in use can be again.
  if (number == null || (stage === "candidate" && doubtsOf(version).length > 0)) return <>–</>;
  const word = stage === "champion" ? t("models.retire") : stage === "retired" ? t("models.rollBack") : t("models.promote");
  return (
    <>
      <Button onClick={() => show(true)} aria-label={`${word}: ${t("models.version", { version: number })}`}>
        {word}
      </Button>
      <Dialog
        open={open}
        onClose={() => show(false)}
        title={`${word}: ${t("models.version", { version: number })}`}
        actions={
          <>
            <Button onClick={() => show(false)}>{t("action.cancel")}</Button>
            <Button kind="primary" type="submit" form={id} disabled={move.isPending || reason.trim() === ""}>
              {word}
            </Button>
          </>
        }
      >
        <form
          id={id}
          className={form.form}
          onSubmit={(event) => {
            event.preventDefault();
            move.mutate();
          }}
        >
          <p>{to === "retired" ? t("models.retire.what") : t("models.promote.what")}</p>
          <label htmlFor={`${id}-reason`}>{t("models.reason")}</label>
          <textarea id={`${id}-reason`} rows={3} required value={reason} onChange={({ target }) => setReason(target.value)} />
          <p className={form.refusal} role="alert">
            {move.isError && <WhyNot by={move.error} />}
          </p>
        </form>
      </Dialog>
    </>
  );
}
