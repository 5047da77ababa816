import { queryOptions, useQuery } from "@tanstack/react-query";
import { client } from "../api/client";
import type { Page } from "../api/types";
import { useWords } from "../i18n/i18n";
import { askingOf, withAsking, type Asking } from "./asking";
import styles from "./query.module.css";

const purposes = () =>
  queryOptions({
    queryKey: ["purposes"],
    queryFn: ({ signal }) => client.get<{ items: { name: string; description: string }[] }>("/purposes", {}, signal),
    staleTime: 60_000,
  });

const groups = () =>
  queryOptions({
    queryKey: ["workgroups", "names"],
    queryFn: ({ signal }) => client.get<Page<{ name: string; enabled: boolean; description: string | null }>>("/workgroups", { limit: 50 }, signal),
    staleTime: 60_000,
  });

const usual = "primary";

/** To what end and in which workgroup a query asks; a choice is there only where there is something to choose. */
export function AskingChoice({ search, onChange }: { search: string; onChange(search: string): void }) {
  const { t } = useWords();
  const asking = askingOf(search);
  const ends = useQuery(purposes()).data?.items ?? [];
  const open = (useQuery(groups()).data?.items ?? []).filter(({ enabled, name }) => enabled || name === asking.workgroup);
  const choose = (name: keyof Asking) => (value: string) => onChange(withAsking(search, name, value));
  return (
    <>
      {(ends.length > 0 || asking.purpose !== undefined) && (
        <Choice
          label={t("query.purpose")}
          none={t("query.purpose.none")}
          value={asking.purpose ?? ""}
          options={ends}
          onChange={choose("purpose")}
        />
      )}
      {(open.length > 1 || asking.workgroup !== undefined) && (
        <Choice
          label={t("workgroup.name")}
          none={usual}
          value={asking.workgroup ?? ""}
          options={open.filter(({ name }) => name !== usual)}
          onChange={choose("workgroup")}
        />
      )}
    </>
  );
}

interface ChoiceProps {
  label: string;
  none: string;
  value: string;
  options: { name: string; description: string | null }[];
  onChange(value: string): void;
}

function Choice({ label, none, value, options, onChange }: ChoiceProps) {
  // What the address names is shown even if it is not there any more: the service will say so.
  const gone = value !== "" && !options.some(({ name }) => name === value);
  return (
    <select
      className={styles.asking}
      aria-label={label}
      title={options.find(({ name }) => name === value)?.description || label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{none}</option>
      {gone && <option>{value}</option>}
      {options.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
