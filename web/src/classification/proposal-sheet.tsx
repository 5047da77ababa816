import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client";
import { proposal as detailOf } from "../api/queries";
import type { TagProposal } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Sheet } from "../ui/sheet";
import { Failure, WhyNot, Waiting } from "../ui/states";
import styles from "./classification.module.css";
import { Because, useKind } from "./words";

/** One proposal: what speaks for it, who would see more or less, and the decision. */
export function ProposalSheet({ proposal, onClose }: { proposal: TagProposal | undefined; onClose(): void }) {
  return (
    <Sheet
      open={proposal !== undefined}
      onClose={onClose}
      title={
        <span className="mono">
          {proposal?.table}.<wbr />
          {proposal?.column}
        </span>
      }
    >
      {proposal !== undefined && <Decision key={proposal.id} proposal={proposal} onClose={onClose} />}
    </Sheet>
  );
}

function Decision({ proposal, onClose }: { proposal: TagProposal; onClose(): void }) {
  const { t } = useWords();
  const kind = useKind();
  const cache = useQueryClient();
  const detail = useQuery(detailOf(proposal.id));
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>("");

  const decide = async (how: "confirm" | "dismiss") => {
    setBusy(true);
    setRefusal("");
    try {
      await client.post(`/classification/proposals/${encodeURIComponent(proposal.id)}/${how}`, { reason });
      onClose();
      await cache.invalidateQueries({ queryKey: ["proposals"] });
      await cache.invalidateQueries({ queryKey: ["dataset"] });
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className={styles.decision}>
      <h3>{kind(proposal)}</h3>
      <p className="soft">
        <Because proposal={proposal} />
      </p>
      <p>
        <span className={styles.tag}>{proposal.tag}</span>{" "}
        {proposal.tagNow !== null && (
          <span className="soft">{t("classification.instead", { tag: proposal.tagNow })}</span>
        )}
      </p>
      <h3>{t("classification.consequences")}</h3>
      {detail.data === undefined ? (
        detail.isError ? (
          <Failure error={detail.error} onRetry={() => void detail.refetch()} />
        ) : (
          <Waiting rows={2} />
        )
      ) : detail.data.consequences.length === 0 ? (
        <p className="soft">{t(proposal.mayDecide ? "classification.consequences.none" : "classification.own")}</p>
      ) : (
        <ul className={styles.consequences}>
          {detail.data.consequences.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <label htmlFor="proposal-reason">{t("classification.reason")}</label>
      <textarea
        id="proposal-reason"
        rows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className={styles.ways}>
        {proposal.mayDecide && (
          <Button kind="primary" disabled={busy} onClick={() => void decide("confirm")}>
            {t("classification.confirm", { tag: proposal.tag })}
          </Button>
        )}
        <Button disabled={busy} onClick={() => void decide("dismiss")}>
          {t("classification.dismiss")}
        </Button>
      </div>
      <p className={styles.refusal} role="alert">
        {refusal}
      </p>
    </div>
  );
}
