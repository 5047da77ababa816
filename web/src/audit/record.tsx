import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { auditProof } from "../api/queries";
import type { AuditProof } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Failure, Waiting } from "../ui/states";
import styles from "./audit.module.css";
import { isIncluded } from "./proof";

/** One record, whole, with the proof that it is in the log as it was signed. */
export function Whole({ sequence }: { sequence: string }) {
  const { t } = useWords();
  const found = useQuery(auditProof(sequence));
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  const { record } = found.data;
  return (
    <div className={styles.whole}>
      <dl>
        <dt>{t("audit.at")}</dt>
        <dd>
          <Moment at={record.at} exact />
          <div className="soft mono small">{record.at}</div>
        </dd>
        <dt>{t("audit.kind")}</dt>
        <dd>{record.kind}</dd>
        <dt>{t("audit.principal")}</dt>
        <dd>{record.principal ?? "–"}</dd>
        <dt>{t("audit.subject")}</dt>
        <dd>{record.subject ?? "–"}</dd>
        {record.decision && (
          <>
            <dt>{t("audit.decision")}</dt>
            <dd>{record.decision}</dd>
          </>
        )}
      </dl>
      <h3>{t("audit.details")}</h3>
      <pre lang="en">{JSON.stringify(record.details, null, 2)}</pre>
      <Proof key={sequence} found={found.data} />
    </div>
  );
}

function Proof({ found: { line, proof } }: { found: AuditProof }) {
  const { t } = useWords();
  const [shown, show] = useState(false);
  const [included, setIncluded] = useState<boolean | null | undefined>(undefined);
  useEffect(() => {
    let current = true;
    if (line === undefined || proof.leafIndex === undefined) {
      setIncluded(null);
      return;
    }
    const { leafIndex: index, treeSize: size, hashes, checkpoint } = proof;
    void isIncluded({ line, index, size, hashes, checkpoint }).then((is) => current && setIncluded(is));
    return () => {
      current = false;
    };
  }, [line, proof]);
  return (
    <>
      <h3>{t("audit.proof")}</h3>
      <p className="soft">{t("audit.proof.what", { size: proof.treeSize })}</p>
      {typeof included === "boolean" && (
        <p className={included ? styles.holds : styles.broken} role={included ? "status" : "alert"} data-testid="inclusion">
          {t(included ? "audit.proof.holds" : "audit.proof.broken")}
        </p>
      )}
      <Button onClick={() => show(!shown)} aria-expanded={shown}>
        {shown ? t("audit.proof.hide") : t("audit.proof.show")}
      </Button>
      {shown && (
        <>
          <pre>{[proof.leafHash, ...proof.hashes].join("\n")}</pre>
          <pre>{proof.checkpoint}</pre>
        </>
      )}
    </>
  );
}
