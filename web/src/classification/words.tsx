import type { TagProposal } from "../api/types";
import { useWords } from "../i18n/i18n";

/** What a column seems to hold, or that its tag is to be lowered. */
export function useKind(): (proposal: TagProposal) => string {
  const { t } = useWords();
  return ({ kind }) => t(kind === null ? "classification.lowering" : `classification.kind.${kind}`);
}

/** What speaks for a proposal: counts and sources, never a value. */
export function Because({ proposal }: { proposal: TagProposal }) {
  const { t } = useWords();
  const { source, matched, sampled, confidence, proposedBy, reason } = proposal;
  if (source === "lowering") return t("classification.asked", { who: proposedBy, reason });
  if (source === "values") return t("classification.values", { matched, sampled, confidence });
  return t(source === "name" ? "classification.name" : "classification.lineage", { confidence });
}
