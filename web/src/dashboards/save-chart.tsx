import { useQueryClient } from "@tanstack/react-query";
import { client } from "../api/client";
import type { ChartSpec } from "../charts/spec";
import { useWords } from "../i18n/i18n";
import { KeepDialog } from "../ui/keep-dialog";
import type { ChartDraft, SavedChart } from "./api";

interface Props {
  open: boolean;
  onClose(): void;
  onSaved(chart: SavedChart): void;
  sql: string;
  database: string | null;
  chart: ChartSpec;
  /** The chart that is changed; without it a new one is made. */
  before?: SavedChart;
}

/** Title, description and for whom a chart is saved, with what sharing it tells. */
export function SaveChart({ open, onClose, onSaved, sql, database, chart, before }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  return (
    <KeepDialog
      open={open}
      onClose={onClose}
      title={before === undefined ? t("charts.save") : t("charts.change")}
      label={t("charts.title")}
      sharing={t("charts.share.what")}
      before={{ name: before?.title ?? "", description: before?.description ?? "", shared: before?.shared ?? false }}
      keep={({ name, ...kept }) => {
        const draft: ChartDraft = { ...kept, title: name, database, sql, chart };
        return before === undefined
          ? client.post<SavedChart>("/charts", draft)
          : client.put<SavedChart>(`/charts/${encodeURIComponent(before.id)}`, draft);
      }}
      onKept={(saved) => {
        void cache.invalidateQueries({ queryKey: ["charts"] });
        onSaved(saved);
      }}
    />
  );
}
