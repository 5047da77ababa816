import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { client } from "../api/client";
import type { AuditSearch } from "../api/queries";
import { useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { WhyNot } from "../ui/states";
import styles from "./audit.module.css";

interface View {
  name: string;
  owner: string;
  own: boolean;
  conditions: Record<string, string>;
}

const views = () =>
  queryOptions({
    queryKey: ["audit-views"],
    queryFn: ({ signal }) => client.get<{ items: View[] }>("/audit/views", {}, signal),
    retry: false,
  });

interface Props {
  search: AuditSearch;
  onOpen(conditions: Record<string, string>): void;
}

/** Searches that auditors keep under a name, for all of them. */
export function Views({ search, onOpen }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  const found = useQuery(views());
  const [keeping, setKeeping] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>("");
  const items = found.data?.items ?? [];
  const act = async (action: () => Promise<unknown>) => {
    setRefusal("");
    try {
      await action();
      await cache.invalidateQueries({ queryKey: ["audit-views"] });
      return true;
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
      return false;
    }
  };
  const path = (name: string) => `/audit/views/${encodeURIComponent(name)}`;
  return (
    <div className={styles.views}>
      <ul aria-label={t("audit.views")}>
        {items.map((view) => (
          <li key={view.name} className={styles.view} data-testid="audit-view">
            <button type="button" className={styles.open} title={t("audit.view.of", { owner: view.owner })} onClick={() => onOpen(view.conditions)}>
              {view.name}
            </button>
            {view.own && (
              <IconButton
                icon="close"
                label={t("audit.view.delete", { name: view.name })}
                onClick={() => void act(() => client.delete(path(view.name)))}
              />
            )}
          </li>
        ))}
      </ul>
      <Button kind="quiet" onClick={() => setKeeping(true)}>
        {t("audit.view.keep")}
      </Button>
      <p className={forms.refusal} role="alert">
        {keeping ? "" : refusal}
      </p>
      <Keep
        key={String(keeping)}
        open={keeping}
        refusal={refusal}
        onClose={() => {
          setRefusal("");
          setKeeping(false);
        }}
        onKeep={async (name) => {
          const conditions = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
          if (await act(() => client.put(path(name), { conditions }))) setKeeping(false);
        }}
      />
    </div>
  );
}

interface KeepProps {
  open: boolean;
  refusal: ReactNode;
  onClose(): void;
  onKeep(name: string): Promise<void>;
}

function Keep({ open, refusal, onClose, onKeep }: KeepProps) {
  const { t } = useWords();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void onKeep(String(new FormData(event.currentTarget).get("name") ?? "").trim());
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("audit.view.keep")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={`${id}-form`}>
            {t("audit.view.save")}
          </Button>
        </>
      }
    >
      <form id={`${id}-form`} className={forms.form} onSubmit={submit}>
        <p className="soft">{t("audit.view.what")}</p>
        <label htmlFor={`${id}-name`}>{t("audit.view.name")}</label>
        <input id={`${id}-name`} name="name" required maxLength={100} autoComplete="off" />
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  );
}
