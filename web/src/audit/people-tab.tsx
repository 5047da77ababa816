import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { client, Problem } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { Empty, Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./audit.module.css";

interface Hold {
  person: string;
  reason: string;
  placedBy: string;
  placedAt: string;
}

type Act = { what: "hold" | "release" | "erase"; name: string };

const holds = () =>
  queryOptions({
    queryKey: ["audit-holds"],
    queryFn: ({ signal }) => client.get<{ items: Hold[] }>("/audit/holds", {}, signal),
  });

/** Whose records must stay, and taking a person out of the log; for administrators. */
export function PeopleTab() {
  const { t } = useWords();
  const found = useQuery(holds());
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  return (
    <>
      <p className={styles.holds} role="status">
        {done}
      </p>
      <section className={styles.section}>
        <h2>{t("audit.holds")}</h2>
        <p className="soft">{t("audit.holds.what")}</p>
        <div className={styles.actions}>
          <Button onClick={() => setAct({ what: "hold", name: "" })}>{t("audit.hold.new")}</Button>
        </div>
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
                  <th scope="col">{t("audit.person")}</th>
                  <th scope="col">{t("audit.reason")}</th>
                  <th scope="col">{t("audit.principal")}</th>
                  <th scope="col">{t("audit.at")}</th>
                  <th scope="col">{t("request.yours")}</th>
                </tr>
              </thead>
              <tbody>
                {found.data.items.map((hold) => (
                  <tr key={hold.person}>
                    <td>{hold.person}</td>
                    <td className={tables.wrap}>{hold.reason}</td>
                    <td>{hold.placedBy}</td>
                    <td>
                      <Moment at={hold.placedAt} exact />
                    </td>
                    <td>
                      <Button kind="quiet" onClick={() => setAct({ what: "release", name: hold.person })}>
                        {t("audit.release")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <section className={styles.section}>
        <h2>{t("audit.erase")}</h2>
        <p className="soft">{t("audit.erase.what")}</p>
        <div className={styles.actions}>
          <Button onClick={() => setAct({ what: "erase", name: "" })}>{t("audit.erase.start")}</Button>
        </div>
      </section>
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

function Confirm({ act, onClose, onDone }: { act: Act | null; onClose(): void; onDone(message: string): void }) {
  const { t } = useWords();
  const id = useId();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const what = act?.what ?? "hold";

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const name = what === "release" ? (act?.name ?? "") : text("name");
    if (what === "erase" && text("again") !== name) {
      setRefusal(t("audit.erase.differs"));
      return;
    }
    setBusy(true);
    setRefusal("");
    try {
      if (what === "hold") await client.put(`/audit/holds/${encodeURIComponent(name)}`, { reason: text("reason") });
      else await client.delete(`/audit/${what === "erase" ? "people" : "holds"}/${encodeURIComponent(name)}`);
      await cache.invalidateQueries({ queryKey: ["audit-holds"] });
      await cache.invalidateQueries({ queryKey: ["audit"] });
      onDone(t(`audit.${what}.done`, { name }));
    } catch (failure) {
      setRefusal(failure instanceof Problem ? failure.message : t("failure.unreachable.what"));
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
        <p className={what === "erase" ? styles.broken : undefined}>{t(`audit.${what}.warning`)}</p>
        {what !== "release" && (
          <>
            <label htmlFor={`${id}-name`}>{t("audit.person")}</label>
            <input id={`${id}-name`} name="name" required autoComplete="off" spellCheck={false} />
          </>
        )}
        {what === "hold" && (
          <>
            <label htmlFor={`${id}-reason`}>{t("audit.reason")}</label>
            <textarea id={`${id}-reason`} name="reason" rows={2} required maxLength={1000} />
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
