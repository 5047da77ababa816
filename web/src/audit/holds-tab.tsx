import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useId, useState, type FormEvent, type ReactNode } from "react";
import { client } from "../api/client";
import type { AuditHorizon } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { Empty, Failure, WhyNot, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { instant } from "../ui/times";
import styles from "./audit.module.css";

interface Hold {
  name: string;
  person: string | null;
  table: string | null;
  from: string | null;
  until: string | null;
  reason: string;
  placedBy: string;
  placedAt: string;
}

type Act = { what: "hold" | "release" | "erase" | "retire"; name: string };

const holds = () =>
  queryOptions({
    queryKey: ["audit-holds"],
    queryFn: ({ signal }) => client.get<{ items: Hold[] }>("/audit/holds", {}, signal),
  });

/** How long records stay, what must stay longer, and taking a person out of the log; only administrators change any of it. */
export function HoldsTab({ administrator }: { administrator: boolean }) {
  const { t } = useWords();
  const found = useQuery(holds());
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  return (
    <>
      <p className={styles.holds} role="status">
        {done}
      </p>
      <Retention retire={administrator ? () => setAct({ what: "retire", name: "" }) : null} />
      <section className={styles.section}>
        <h2>{t("audit.holds")}</h2>
        <p className="soft">{t("audit.holds.what")}</p>
        {administrator && (
          <div className={styles.actions}>
            <Button onClick={() => setAct({ what: "hold", name: "" })}>{t("audit.hold.new")}</Button>
          </div>
        )}
        {found.data === undefined ? (
          found.isError ? (
            <Failure error={found.error} onRetry={() => void found.refetch()} />
          ) : (
            <Waiting rows={3} />
          )
        ) : found.data.items.length === 0 ? (
          <Empty title={t("audit.holds.empty")} />
        ) : (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("audit.holds")}>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t("audit.hold.name")}</th>
                  <th scope="col">{t("audit.hold.on")}</th>
                  <th scope="col">{t("audit.reason")}</th>
                  <th scope="col">{t("audit.principal")}</th>
                  <th scope="col">{t("audit.at")}</th>
                  {administrator && <th scope="col">{t("request.yours")}</th>}
                </tr>
              </thead>
              <tbody>
                {found.data.items.map((hold) => (
                  <tr key={hold.name}>
                    <td>{hold.name}</td>
                    <td>
                      <On hold={hold} />
                    </td>
                    <td className={tables.wrap}>{hold.reason}</td>
                    <td>{hold.placedBy}</td>
                    <td>
                      <Moment at={hold.placedAt} exact />
                    </td>
                    {administrator && (
                      <td>
                        <Button kind="quiet" onClick={() => setAct({ what: "release", name: hold.name })}>
                          {t("audit.release")}
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {administrator && (
        <section className={styles.section}>
          <h2>{t("audit.erase")}</h2>
          <p className="soft">{t("audit.erase.what")}</p>
          <div className={styles.actions}>
            <Button onClick={() => setAct({ what: "erase", name: "" })}>{t("audit.erase.start")}</Button>
          </div>
        </section>
      )}
      <Confirm
        key={act === null ? "" : `${act.what} ${act.name}`}
        act={act}
        onClose={() => setAct(null)}
        onDone={(message) => {
          setDone(message);
          setAct(null);
        }}
      />
    </>
  );
}

interface Span {
  first: number;
  last: number;
  newest: string;
  heldBy: string[];
}

const retention = () =>
  queryOptions({
    queryKey: ["audit-holds", "retention"],
    queryFn: ({ signal }) =>
      client.get<{ retention: string | null; horizon: AuditHorizon | null; due: Span[]; held: Span | null }>(
        "/audit/retention",
        {},
        signal,
      ),
  });

/** How long records stay, and what is in the way. */
function Retention({ retire }: { retire: (() => void) | null }) {
  const { t, number, dateTime } = useWords();
  const found = useQuery(retention());
  const plan = found.data;
  return (
    <section className={styles.section} data-testid="retention">
      <h2>{t("audit.retention")}</h2>
      {plan === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={1} />
        )
      ) : (
        <>
          <p>
            {plan.retention ? t("audit.retention.kept", { span: span(plan.retention, t) }) : t("audit.retention.forever")}
            {plan.horizon && ` ${t("audit.horizon", { at: dateTime(plan.horizon.retiredUpTo) })}`}
          </p>
          {plan.due.length > 0 && (
            <p>
              {t("audit.retention.due", {
                first: number(plan.due[0]!.first),
                last: number(plan.due[plan.due.length - 1]!.last),
              })}{" "}
              {retire !== null && <Button onClick={retire}>{t("audit.retire.do")}…</Button>}
            </p>
          )}
          {plan.held && (
            <p>
              {t("audit.retention.held", {
                first: number(plan.held.first),
                last: number(plan.held.last),
                holds: plan.held.heldBy.join(", "),
              })}
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** An ISO 8601 period, such as P1Y6M, in words. */
function span(period: string, t: ReturnType<typeof useWords>["t"]): string {
  return [...period.matchAll(/(\d+)([YMWD])/g)]
    .map(([, n, unit]) => t(`span.${unit as "Y" | "M" | "W" | "D"}`, { n: Number(n) }))
    .join(", ");
}

/** What a hold is on: all of it must apply. */
function On({ hold }: { hold: Hold }) {
  const { t, dateTime } = useWords();
  return [
    hold.person && t("audit.hold.onPerson", { name: hold.person }),
    hold.table && t("audit.hold.onTable", { name: hold.table }),
    hold.from && t("audit.hold.onFrom", { at: dateTime(hold.from) }),
    hold.until && t("audit.hold.onUntil", { at: dateTime(hold.until) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

function Confirm({ act, onClose, onDone }: { act: Act | null; onClose(): void; onDone(message: string): void }) {
  const { t } = useWords();
  const id = useId();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>("");
  const what = act?.what ?? "hold";

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const name = what === "release" ? (act?.name ?? "") : text("name");
    if (what === "hold" && ["person", "table", "from", "until"].every((each) => text(each) === "")) {
      setRefusal(t("audit.hold.nothing"));
      return;
    }
    if (what === "erase" && text("again") !== name) {
      setRefusal(t("audit.erase.differs"));
      return;
    }
    setBusy(true);
    setRefusal("");
    try {
      if (what === "hold")
        await client.put(`/audit/holds/${encodeURIComponent(name)}`, {
          reason: text("reason"),
          person: text("person"),
          table: text("table"),
          from: text("from") && instant(text("from")),
          until: text("until") && instant(text("until")),
        });
      else if (what === "retire") await client.post("/audit/retire", {});
      else await client.delete(`/audit/${what === "erase" ? "people" : "holds"}/${encodeURIComponent(name)}`);
      await cache.invalidateQueries({ queryKey: ["audit-holds"] });
      await cache.invalidateQueries({ queryKey: ["audit"] });
      onDone(t(`audit.${what}.done`, { name }));
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={act !== null}
      onClose={onClose}
      title={t(`audit.${what}.title`, { name: act?.name ?? "" })}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={`${id}-form`} disabled={busy}>
            {t(`audit.${what}.do`)}
          </Button>
        </>
      }
    >
      <form id={`${id}-form`} className={forms.form} onSubmit={(event) => void submit(event)}>
        <p className={what === "erase" || what === "retire" ? styles.broken : undefined}>{t(`audit.${what}.warning`)}</p>
        {(what === "hold" || what === "erase") && (
          <>
            <label htmlFor={`${id}-name`}>{t(what === "hold" ? "audit.hold.name" : "audit.person")}</label>
            <input id={`${id}-name`} name="name" required autoComplete="off" spellCheck={false} />
          </>
        )}
        {what === "hold" && (
          <>
            <label htmlFor={`${id}-reason`}>{t("audit.reason")}</label>
            <textarea id={`${id}-reason`} name="reason" rows={2} required maxLength={1000} />
            {(["person", "table"] as const).map((each) => (
              <Fragment key={each}>
                <label htmlFor={`${id}-${each}`}>{t(`audit.${each}`)}</label>
                <input id={`${id}-${each}`} name={each} autoComplete="off" spellCheck={false} />
              </Fragment>
            ))}
            {(["from", "until"] as const).map((each) => (
              <Fragment key={each}>
                <label htmlFor={`${id}-${each}`}>{t(`audit.${each}`)}</label>
                <input id={`${id}-${each}`} name={each} type="datetime-local" step="1" />
              </Fragment>
            ))}
          </>
        )}
        {what === "erase" && (
          <>
            <label htmlFor={`${id}-again`}>{t("audit.erase.again")}</label>
            <input id={`${id}-again`} name="again" required autoComplete="off" spellCheck={false} />
          </>
        )}
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  );
}
