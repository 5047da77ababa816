import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import forms from "../ui/form.module.css";
import { TextField } from "../ui/text-field";
import { emptyGrant, missing, type GrantDraft } from "./draft";
import { profiles } from "./queries";
import { RuleDialog } from "./rule-dialog";

const permissions = ["SELECT", "DESCRIBE", "INSERT", "DELETE", "ALTER", "DROP", "ASSOCIATE", "BREAK_GLASS", "CREATE_TABLE"];
const kinds = ["table", "columns", "cells", "tablesOf", "database", "tablesTagged"] as const;

interface Props {
  open: boolean;
  onClose(): void;
  onReady(draft: GrantDraft): void;
}

/** Writes a grant; it is not made before its consequences were looked at. */
export function GrantForm({ open, onClose, onReady }: Props) {
  const { t } = useWords();
  const id = useId();
  const [draft, setDraft] = useState(emptyGrant);
  const [refusal, setRefusal] = useState("");
  const known = useInfiniteQuery({ ...profiles(), enabled: open });
  const set = (more: Partial<GrantDraft>) => setDraft({ ...draft, ...more });
  const text = (name: "name" | "columns" | "filter" | "tags" | "purpose" | "reason", label: string, hint?: string) => (
    <TextField label={label} value={draft[name]} hint={hint} onChange={(value) => set({ [name]: value })} />
  );
  const ready = () => {
    const lacks = missing(draft);
    if (lacks !== null) {
      setRefusal(t(`policies.missing.${lacks}`));
      return;
    }
    setRefusal("");
    onReady(draft);
  };
  return (
    <RuleDialog open={open} onClose={onClose} title={t("policies.grant.new")} onReady={ready} refusal={refusal}>
      <div className={forms.pair}>
        <div>
          <label htmlFor={`${id}-toKind`}>{t("policies.grant.toKind")}</label>
          <select
            id={`${id}-toKind`}
            value={draft.toKind}
            onChange={(event) => set({ toKind: event.currentTarget.value === "user" ? "user" : "profile" })}
          >
            <option value="profile">{t("policies.profile")}</option>
            <option value="user">{t("policies.user")}</option>
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-to`}>{t("policies.grant.to")}</label>
          <input
            id={`${id}-to`}
            value={draft.to}
            list={draft.toKind === "profile" ? `${id}-profiles` : undefined}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
          <datalist id={`${id}-profiles`}>
            {known.data?.pages.flatMap((page) => page.items).map(({ name, source }) => <option key={name + source} value={name} />)}
          </datalist>
        </div>
      </div>
      <fieldset>
        <legend>{t("request.permission")}</legend>
        <div className={forms.choices}>
          {permissions.map((permission) => (
            <label key={permission} className={forms.check}>
              <input
                type="checkbox"
                checked={draft.permissions.includes(permission)}
                onChange={(event) =>
                  set({
                    permissions: event.currentTarget.checked
                      ? [...draft.permissions, permission]
                      : draft.permissions.filter((each) => each !== permission),
                  })
                }
              />
              <span className="mono">{permission}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label htmlFor={`${id}-onKind`}>{t("policies.grant.on")}</label>
      <select
        id={`${id}-onKind`}
        value={draft.onKind}
        onChange={(event) => set({ onKind: kinds.find((kind) => kind === event.currentTarget.value) ?? "table" })}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`policies.kind.${kind}`)}
          </option>
        ))}
      </select>
      {draft.onKind === "tablesTagged"
        ? text("tags", t("policies.grant.tags"), "pii=low|none, zone=curated")
        : text("name", t(draft.onKind === "tablesOf" || draft.onKind === "database" ? "policies.database" : "request.form.dataset"))}
      {draft.onKind === "columns" && text("columns", t("policies.grant.columns"))}
      {draft.onKind === "cells" && text("filter", t("policies.grant.filter"))}
      <label htmlFor={`${id}-until`}>{t("policies.grant.until")}</label>
      <input id={`${id}-until`} type="date" value={draft.until} onChange={(event) => set({ until: event.currentTarget.value })} />
      {text("purpose", t("policies.grant.purpose"))}
      {text("reason", t("policies.grant.reason"))}
      <label className={forms.check}>
        <input type="checkbox" checked={draft.grantOption} onChange={(event) => set({ grantOption: event.currentTarget.checked })} />
        {t("policies.grant.option")}
      </label>
    </RuleDialog>
  );
}
