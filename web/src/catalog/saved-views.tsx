import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import type { CatalogSearch } from "../api/queries";
import type { Page } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import styles from "./catalog.module.css";
import { addressOf } from "./search";
import { WhyNot } from "../ui/states";

export interface SavedView {
  name: string;
  conditions: CatalogSearch;
  savedAt: string;
}

/** The searches that one keeps. */
export const savedViews = () =>
  queryOptions({
    queryKey: ["views"],
    queryFn: ({ signal }) => client.get<Page<SavedView>>("/views", {}, signal),
    staleTime: 60_000,
  });

/** The searches that one keeps, and the way to keep the present one. */
export function SavedViews({ search }: { search: CatalogSearch }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const found = useQuery(savedViews());
  const [keeping, setKeeping] = useState(false);
  const act = useMutation({
    mutationFn: (action: () => Promise<unknown>) => action(),
    onSuccess: () => {
      setKeeping(false);
      return cache.invalidateQueries({ queryKey: ["views"] });
    },
  });
  const path = (name: string) => `/views/${encodeURIComponent(name)}`;
  const refusal = act.error === null ? "" : <WhyNot by={act.error} />;
  const items = found.data?.items ?? [];
  const here = addressOf(search);
  const something = here !== "/catalog";
  if (items.length === 0 && !something) return null;
  return (
    <section className={styles.views} aria-label={t("views.title")}>
      <h2>{t("views.title")}</h2>
      <ul>
        {items.map(({ name, conditions }) => (
          <li key={name} className={styles.view} data-testid="saved-view">
            <Link to={addressOf(conditions)} aria-current={addressOf(conditions) === here ? "true" : undefined}>
              {name}
            </Link>
            <IconButton
              icon="close"
              label={t("views.forget", { name })}
              onClick={() => act.mutate(() => client.delete(path(name)))}
            />
          </li>
        ))}
      </ul>
      {something && (
        <Button
          onClick={() => {
            act.reset();
            setKeeping(true);
          }}
        >
          {t("views.keep")}
        </Button>
      )}
      {!keeping && refusal !== "" && (
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      )}
      <Keep
        key={String(keeping)}
        open={keeping}
        busy={act.isPending}
        refusal={refusal}
        usual={search.q ?? ""}
        onClose={() => setKeeping(false)}
        onKeep={(name) => act.mutate(() => client.put(path(name), { conditions: search }))}
      />
    </section>
  );
}

interface KeepProps {
  open: boolean;
  busy: boolean;
  refusal: ReactNode;
  usual: string;
  onClose(): void;
  onKeep(name: string): void;
}

function Keep({ open, busy, refusal, usual, onClose, onKeep }: KeepProps) {
  const { t } = useWords();
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    if (name !== "") onKeep(name);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("views.keep")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={`${id}-form`} disabled={busy}>
            {t("views.save")}
          </Button>
        </>
      }
    >
      <form id={`${id}-form`} className={forms.form} onSubmit={submit}>
        <p className="soft">{t("views.what")}</p>
        <label htmlFor={`${id}-name`}>{t("views.name")}</label>
        <input id={`${id}-name`} name="name" required maxLength={100} autoComplete="off" defaultValue={usual.slice(0, 100)} />
        <p className={forms.refusal} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  );
}
