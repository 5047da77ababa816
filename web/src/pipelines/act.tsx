import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client } from "../api/client";
import { WhyNot } from "../ui/states";

/** Does something with a pipeline or a run, at that path, and has everything that shows it read again. */
export function useAct<T>(onDone: (answer: T) => void = () => {}) {
  const cache = useQueryClient();
  const act = useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown }) => client.post<T>(path, body),
    onSuccess: onDone,
    onSettled: () => Promise.all(["pipelines", "runs", "run", "log", "maintenance"].map((key) => cache.invalidateQueries({ queryKey: [key] }))),
  });
  const refusal = act.error === null ? null : <WhyNot by={act.error} />;
  return { act: (path: string, body?: unknown) => act.mutate({ path, body }), busy: act.isPending, refusal };
}
