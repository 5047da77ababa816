import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client";
import { WhyNot } from "../ui/states";

/** Does something with a review and has everything that shows it read again. */
export function useReviewAct(id: string) {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const act = async (what: string, body: Record<string, unknown>): Promise<boolean> => {
    setBusy(true);
    setRefusal(null);
    try {
      await client.post(`/reviews/${encodeURIComponent(id)}/${what}`, body);
      void cache.invalidateQueries({ queryKey: ["dataset"] });
      return true;
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
      return false;
    } finally {
      setBusy(false);
      void cache.invalidateQueries({ queryKey: ["review", id] });
      void cache.invalidateQueries({ queryKey: ["reviews"] });
    }
  };
  return { act, busy, refusal, refuse: setRefusal };
}
