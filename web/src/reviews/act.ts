import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, Problem } from "../api/client";
import { useWords } from "../i18n/i18n";

/** Does something with a review and has everything that shows it read again. */
export function useReviewAct(id: string) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const act = async (what: string, body: Record<string, unknown>): Promise<boolean> => {
    setBusy(true);
    setRefusal(null);
    try {
      await client.post(`/reviews/${encodeURIComponent(id)}/${what}`, body);
      void cache.invalidateQueries({ queryKey: ["dataset"] });
      return true;
    } catch (failure) {
      setRefusal(failure instanceof Problem ? failure.message : t("failure.unreachable.what"));
      return false;
    } finally {
      setBusy(false);
      void cache.invalidateQueries({ queryKey: ["review", id] });
      void cache.invalidateQueries({ queryKey: ["reviews"] });
    }
  };
  return { act, busy, refusal, refuse: setRefusal };
}
