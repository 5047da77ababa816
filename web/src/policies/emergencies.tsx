import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { Empty, Failure, WhyNot, Waiting } from "../ui/states";
import styles from "./policies.module.css";
import { glasses } from "./queries";
import type { Glass } from "./types";

/** Who gave themselves access in an emergency, and what somebody else made of it. */
export function Emergencies() {
  const { t } = useWords();
  const { session } = useSession();
  const found = useQuery(glasses());
  const [reviewed, review] = useState<Glass | null>(null);
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />;
  }
  const { items } = found.data;
  return (
    <section className={styles.part}>
      <p className="soft">{t("glass.what")}</p>
      {items.length === 0 ? (
        <Empty title={t("glass.empty")}>{t("glass.empty.what")}</Empty>
      ) : (
        <ul className={styles.rules} aria-label={t("policies.section.emergencies")}>
          {items.map((glass) => (
            <li key={glass.id} data-testid="glass">
              <div>
                <p>
                  <strong>{glass.user}</strong> · <TableLink name={glass.table} /> · <Moment at={glass.from} exact /> –{" "}
                  <Moment at={glass.until} exact />
                </p>
                <p>“{glass.reason}”</p>
                <p className={styles.whence}>
                  {glass.review ? (
                    <>
                      <span>
                        {t("glass.reviewed", { by: glass.review.by })} <Moment at={glass.review.at} exact />
                      </span>
                      <span>“{glass.review.verdict}”</span>
                    </>
                  ) : (
                    <strong className={styles.over}>{t("glass.open")}</strong>
                  )}
                </p>
              </div>
              {session.administrator && !glass.review && glass.user !== session.user && (
                <Button onClick={() => review(glass)}>{t("glass.review")}</Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Review key={reviewed?.id} glass={reviewed} onClose={() => review(null)} />
    </section>
  );
}

function TableLink({ name }: { name: string }) {
  const [database = "", table = ""] = name.split(".");
  return table === "" ? (
    name
  ) : (
    <Link className="mono" to={`/catalog/${encodeURIComponent(database)}/${encodeURIComponent(table)}`}>
      {name}
    </Link>
  );
}

function Review({ glass, onClose }: { glass: Glass | null; onClose(): void }) {
  const { t } = useWords();
  const id = useId();
  const cache = useQueryClient();
  const [verdict, setVerdict] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const save = async () => {
    if (glass === null) return;
    setBusy(true);
    try {
      await client.post(`/break-glass/${encodeURIComponent(glass.id)}/review`, { verdict });
      await cache.invalidateQueries({ queryKey: ["break-glass"] });
      onClose();
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={glass !== null}
      onClose={onClose}
      title={t("glass.reviewTitle", { user: glass?.user ?? "" })}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" disabled={busy || verdict.trim() === ""} onClick={() => void save()}>
            {t("glass.record")}
          </Button>
        </>
      }
    >
      <div className={forms.form}>
        <p>“{glass?.reason}”</p>
        <label htmlFor={`${id}-verdict`}>{t("glass.verdict")}</label>
        <textarea id={`${id}-verdict`} rows={3} value={verdict} onChange={(event) => setVerdict(event.currentTarget.value)} />
        <p className={forms.note}>{t("glass.verdict.what")}</p>
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </div>
    </Dialog>
  );
}
