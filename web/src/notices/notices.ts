import { infiniteQueryOptions } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";

/** That something happened to a request, a review, a run, a pipeline or a dataset that concerns this person; the others are null, and so is a dataset that they may not know of any more. */
export interface Notice {
  request: string | null;
  review: string | null;
  run: string | null;
  pipeline: string | null;
  dataset?: string | null;
  message: string | null;
  number: number;
  at: string;
  kind: string;
  unread: boolean;
}

export interface NoticePage extends Page<Notice> {
  unread: number;
}

export const notices = () =>
  infiniteQueryOptions({
    queryKey: ["notices"],
    queryFn: ({ pageParam, signal }) => client.get<NoticePage>("/notifications", { before: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: 30_000,
    retry: false,
  });
