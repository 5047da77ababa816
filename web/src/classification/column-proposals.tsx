import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { proposals } from "../api/queries";
import type { TagProposal } from "../api/types";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import styles from "./classification.module.css";
import { ProposalSheet } from "./proposal-sheet";
import { useKind } from "./words";

/** The open proposals of a table, for those who may classify something; of others nothing is asked. */
export function useProposals(table: string): TagProposal[] {
  const { session } = useSession();
  const found = useInfiniteQuery({ ...proposals(table), enabled: capabilities(session).has("classification") });
  return found.data?.pages.flatMap((page) => page.items) ?? [];
}

/** What a column seems to hold, beside it; each opens where it is decided. */
export function ColumnProposals({ of: items }: { of: TagProposal[] }) {
  const kind = useKind();
  const [opened, setOpened] = useState<TagProposal | undefined>();
  return (
    <span onClick={(event) => event.stopPropagation()}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          className={styles.proposal}
          aria-haspopup="dialog"
          aria-label={`${kind(item)} → ${item.tag} · ${item.column}`}
          onClick={() => setOpened(item)}
        >
          {kind(item)} → {item.tag}
        </button>
      ))}
      <ProposalSheet proposal={opened} onClose={() => setOpened(undefined)} />
    </span>
  );
}
