import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { Problem } from "../api/client";
import { accessRequest } from "../api/queries";
import type { AccessRequest, RequestStep, ScopeItem } from "../api/types";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { Acts } from "./acts";
import { Decision } from "./decision";
import styles from "./requests.module.css";
import { Timeline } from "./timeline";
import { granteeName, RequestStateMark } from "./words";

/** One request, like a review of code: what and why, what remains of it, who decides, what happened. */
export default function RequestPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const found = useQuery(accessRequest(id));
  if (found.data !== undefined) return <Known request={found.data} />;
  return (
    <Page title={t("place.requests")}>
      {!found.isError ? (
        <Waiting rows={8} />
      ) : found.error instanceof Problem && found.error.status === 404 ? (
        <NotForYou title={t("request.notFound")}>
          <Link to="/requests">{t("place.requests")}</Link>
        </NotForYou>
      ) : (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </Page>
  );
}

function Known({ request }: { request: AccessRequest }) {
  const { t } = useWords();
  const grantee = granteeName(request.grantee);
  const title =
    grantee === request.requester
      ? t("request.titleOwn", { requester: request.requester })
      : t("request.title", { requester: request.requester, grantee });
  return (
    <Page title={title}>
      <nav aria-label={t("dataset.trail")}>
        <Link to="/requests">{t("place.requests")}</Link>
      </nav>
      <h1>{title}</h1>
      <p className={styles.facts}>
        <RequestStateMark state={request.state} />
        <span>
          {t("request.permission")} <span className="mono">{request.permission}</span>
        </span>
        <span>
          {t("requests.until")} <Moment at={request.until} exact />
        </span>
        <span>
          {t("requests.sent")} <Moment at={request.createdAt} />
        </span>
        {request.sensitive === true && <span>{t("request.sensitive")}</span>}
        {request.automatic && <span>{t("request.automatic")}</span>}
        {request.extended !== null && <Link to={`/requests/${request.extended}`}>{t("request.extends")}</Link>}
      </p>
      <div className={styles.sides}>
        <div>
          <section className={styles.section}>
            <h2>{t("request.reasons")}</h2>
            <dl className={styles.reasons}>
              <Reason name={t("requests.purpose")} text={request.purpose} />
              <Reason name={t("request.justification")} text={request.justification} />
              <Reason name={t("request.legalBasis")} text={request.legalBasis} />
              <Reason name={t("request.ticket")} text={request.ticket} />
            </dl>
          </section>
          {request.steps != null && request.steps.length > 0 && (
            <section className={styles.section}>
              <h2>{t("request.steps")}</h2>
              <ol className={styles.steps}>
                {request.steps.map((step, index) => (
                  <Step key={index} step={step} />
                ))}
              </ol>
            </section>
          )}
        </div>
        <section className={styles.section}>
          <h2>{t("request.scope")}</h2>
          {request.asked.items.map((asked) => (
            <Difference
              key={asked.dataset}
              asked={asked}
              now={request.items.find((item) => item.dataset === asked.dataset) ?? null}
            />
          ))}
        </section>
      </div>
      {request.actions.includes("decide") && <Decision key={request.version} request={request} />}
      <Acts request={request} />
      <section className={styles.section}>
        <h2>{t("request.history")}</h2>
        <Timeline events={request.events} />
      </section>
    </Page>
  );
}

function Reason({ name, text }: { name: string; text: string }) {
  if (text === "") return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function Step({ step }: { step: RequestStep }) {
  const { t } = useWords();
  return (
    <li>
      {t(`request.role.${step.role}`)} <span className="mono">{step.approver.slice(step.approver.indexOf(":") + 1)}</span>
      {": "}
      {t(`request.step.${step.state}`, { who: step.decidedBy ?? "" })}{" "}
      {step.state === "OPEN" && <Moment at={step.dueAt} exact />}
      {step.escalated && step.state === "OPEN" && <div className="soft small">{t("request.escalated")}</div>}
    </li>
  );
}

/** One dataset: what was asked for, with what was taken from it struck out. */
function Difference({ asked, now }: { asked: ScopeItem; now: ScopeItem | null }) {
  const { t } = useWords();
  const left = new Set(now?.columns ?? []);
  const whole = asked.columns.length === 0;
  const added = (now?.columns ?? []).filter((name) => !asked.columns.includes(name));
  return (
    <div>
      <h3 className="mono">{asked.dataset}</h3>
      <ul className={styles.columns}>
        {whole && now === null && <Line change="removed" text={asked.dataset} />}
        {asked.columns.map((name) => (
          <Line
            key={name}
            change={left.has(name) ? "kept" : "removed"}
            text={name === "*" ? t("request.everyColumn") : name}
            note={now?.missing?.includes(name) === true ? t("request.missing") : null}
          />
        ))}
        {added.map((name) => (
          <Line key={name} change="added" text={name} />
        ))}
      </ul>
      {now !== null && (
        <p>
          {t("request.rows")}: <code>{now.rows ?? t("request.allRows")}</code>
        </p>
      )}
      {now?.missing?.includes(asked.dataset) === true && <p className="soft">{t("request.missing")}</p>}
    </div>
  );
}

function Line({ change, text, note = null }: { change: "kept" | "removed" | "added"; text: string; note?: string | null }) {
  const { t } = useWords();
  return (
    <li data-change={change}>
      {text}
      {change !== "kept" && <span className="hidden-visually"> ({t(`request.${change}`)})</span>}
      {note !== null && <span className="soft small"> · {note}</span>}
    </li>
  );
}
