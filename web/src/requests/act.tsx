import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client, Problem } from "../api/client";
import type { AccessRequest } from "../api/types";
import { WhyNot } from "../ui/states";

/** Does something with a request and shows what the service makes of it. */
export function useAct(request: AccessRequest) {
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const act = async (what: string, body: Record<string, unknown>): Promise<AccessRequest | null> => {
    setBusy(true);
    setRefusal(null);
    try {
      const after = await client.post<AccessRequest>(`/requests/${encodeURIComponent(request.id)}/${what}`, body);
      cache.setQueryData(["request", after.id], after);
      await cache.invalidateQueries({ queryKey: ["requests"] });
      await cache.invalidateQueries({ queryKey: ["dataset"] });
      return after;
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
      if (failure instanceof Problem && failure.status === 409) {
        await cache.invalidateQueries({ queryKey: ["request", request.id] });
      }
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { act, busy, refusal, refuse: setRefusal };
}
