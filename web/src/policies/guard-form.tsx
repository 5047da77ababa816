import { useId, useState } from "react";
import { useWords } from "../i18n/i18n";
import { TextField } from "../ui/text-field";
import { emptyGuard, lacking, masks, parameterOf, type GuardDraft } from "./guard-draft";
import { RuleDialog } from "./rule-dialog";

const kinds = ["columnsTagged", "columns", "table", "database"] as const;
const effects = ["mask", "hide", "rows"] as const;

interface Props {
  open: boolean;
  onClose(): void;
  onReady(draft: GuardDraft): void;
}

/** Writes a guard; it is not made before its consequences were looked at. */
export function GuardForm({ open, onClose, onReady }: Props) {
  const { t } = useWords();
  const id = useId();
  const [draft, setDraft] = useState(emptyGuard);
  const [refusal, setRefusal] = useState("");
  const set = (more: Partial<GuardDraft>) => setDraft({ ...draft, ...more });
  const text = (name: "name" | "description" | "tags" | "target" | "columns" | "parameter" | "rows" | "except", label: string, hint?: string) => (
    <TextField label={label} value={draft[name]} hint={hint} onChange={(value) => set({ [name]: value })} />
  );
  const ready = () => {
    const lacks = lacking(draft);
    if (lacks !== null) {
      setRefusal(t(`policies.missing.${lacks}`));
      return;
    }
    setRefusal("");
    onReady(draft);
  };
  const parameter = parameterOf[draft.mask];
  return (
    <RuleDialog open={open} onClose={onClose} title={t("policies.guard.new")} onReady={ready} refusal={refusal}>
      {text("name", t("policies.grant.to"), "contact_details")}
      {text("description", t("policies.guard.description"))}
      <label htmlFor={`${id}-onKind`}>{t("policies.grant.on")}</label>
      <select
        id={`${id}-onKind`}
        value={draft.onKind}
        onChange={(event) => set({ onKind: kinds.find((kind) => kind === event.currentTarget.value) ?? "columnsTagged" })}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`policies.guardKind.${kind}`)}
          </option>
        ))}
      </select>
      {draft.onKind === "columnsTagged"
        ? text("tags", t("policies.grant.tags"), "pii=high")
        : text("target", t(draft.onKind === "database" ? "policies.database" : "request.form.dataset"))}
      {draft.onKind === "columns" && text("columns", t("policies.grant.columns"))}
      <label htmlFor={`${id}-effect`}>{t("policies.guard.effect")}</label>
      <select
        id={`${id}-effect`}
        value={draft.effect}
        onChange={(event) => set({ effect: effects.find((effect) => effect === event.currentTarget.value) ?? "mask" })}
      >
        {effects.map((effect) => (
          <option key={effect} value={effect}>
            {t(`policies.effect.${effect}`)}
          </option>
        ))}
      </select>
      {draft.effect === "mask" && (
        <>
          <label htmlFor={`${id}-mask`}>{t("policies.guard.maskKind")}</label>
          <select
            id={`${id}-mask`}
            value={draft.mask}
            onChange={(event) => set({ mask: masks.find((mask) => mask === event.currentTarget.value) ?? "redact", parameter: "" })}
          >
            {masks.map((mask) => (
              <option key={mask} value={mask}>
                {t(`policies.maskKind.${mask}`)}
              </option>
            ))}
          </select>
          {parameter !== null && text("parameter", t(`policies.parameter.${parameter}`))}
        </>
      )}
      {draft.effect === "rows" && text("rows", t("policies.guard.rowsWhere"), "value = user.region")}
      {text("except", t("policies.guard.exceptFor"))}
    </RuleDialog>
  );
}
