import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "./button";
import { Failure, NotForYou, WhyNot, Waiting } from "./states";
import tables from "./table.module.css";

interface Props<T> {
  found: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>>;
  empty: ReactNode;
  children(items: T[]): ReactNode;
}

/** A list that comes page by page, with what is to be said while it loads, when it is empty, refused or fails. */
export function Listing<T>({ found, empty, children }: Props<T>) {
  const { t } = useWords();
  const items = found.data?.pages.flatMap((page) => page.items);
  if (items === undefined) {
    if (found.error instanceof Problem && found.error.status === 403) {
      return <NotForYou title={t("state.notYours")}><WhyNot by={found.error} /></NotForYou>;
    }
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={8} />;
  }
  if (items.length === 0) return empty;
  return (
    <>
      {children(items)}
      {found.hasNextPage && (
        <Button className={tables.more} onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {t("action.more")}
        </Button>
      )}
    </>
  );
}
