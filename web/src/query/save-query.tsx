import { useQueryClient } from "@tanstack/react-query";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { KeepDialog } from "../ui/keep-dialog";
import type { NamedQuery } from "./named";

interface Props {
  open: boolean;
  onClose(): void;
  onSaved(query: NamedQuery): void;
  sql: string;
  database: string | null;
  /** What it would be called. */
  usual?: string;
  /** The query that is changed; without it a new one is made. */
  before?: NamedQuery;
}

/** Name, description and for whom a text is kept, with what sharing it tells. */
export function SaveQuery({ open, onClose, onSaved, sql, database, usual = "", before }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  return (
    <KeepDialog
      open={open}
      onClose={onClose}
      title={before === undefined ? t("named.save") : t("named.change")}
      label={t("named.name")}
      sharing={t("named.share.what")}
      before={{ name: before?.name ?? usual, description: before?.description ?? "", shared: before?.shared ?? false }}
      keep={(kept) => {
        const draft = { ...kept, database, sql };
        return before === undefined
          ? client.post<NamedQuery>("/named-queries", draft)
          : client.put<NamedQuery>(`/named-queries/${encodeURIComponent(before.id)}`, draft);
      }}
      onKept={(saved) => {
        cache.setQueryData(["named-queries", saved.id], saved);
        void cache.invalidateQueries({ queryKey: ["named-queries"], exact: true });
        onSaved(saved);
      }}
    />
  );
}
