import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ColumnStateMark } from "../access/column-state";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import forms from "../ui/form.module.css";
import { Failure, WhyNot, Waiting } from "../ui/states";
import { balance, lines, rowsOf } from "./effects";
import styles from "./policies.module.css";
import { consequences } from "./queries";
import { Who } from "./sentence";
import type { Change, Effect } from "./types";

const marks = { gain: "+", lose: "−", other: "~" } as const;

/** A change that waits to be looked at: what it is in words, and how it is made. */
export interface Planned {
  title: string;
  change: Change;
  note?: string;
  save(): Promise<unknown>;
}

interface Props {
  planned: Planned | null;
  onClose(): void;
  onSaved(): void;
}

/** Says who gains and who loses what by a change, before it is made. */
export function ConsequenceDialog({ planned, onClose, onSaved }: Props) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const found = useQuery({ ...consequences(planned?.change ?? { revoke: "" }), enabled: planned !== null });

  const close = () => {
    setRefusal(null);
    onClose();
  };
  const save = async () => {
    if (planned === null) return;
    setBusy(true);
    setRefusal(null);
    try {
      await planned.save();
      await cache.invalidateQueries();
      onSaved();
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open={planned !== null}
      onClose={close}
      wide
      title={planned?.title ?? ""}
      actions={
        <>
          <Button onClick={close}>{t("action.cancel")}</Button>
          <Button kind="primary" disabled={busy || found.data === undefined} onClick={() => void save()}>
            {t("policies.save")}
          </Button>
        </>
      }
    >
      <h3 className={styles.consequencesTitle}>{t("policies.consequences")}</h3>
      {planned?.note !== undefined && <p className={styles.warning}>{planned.note}</p>}
      {found.data !== undefined ? (
        <What effects={found.data.effects} complete={found.data.complete} />
      ) : found.isError ? (
        <Failure error={found.error} kept={t("policies.nothingChanged")} />
      ) : (
        <Waiting rows={5} height={32} />
      )}
      <p className={forms.refusal} role="alert">
        {refusal}
      </p>
    </Dialog>
  );
}

function What({ effects, complete }: { effects: Effect[]; complete: boolean }) {
  const { t } = useWords();
  const { gain, lose, other, voided } = balance(effects);
  if (effects.length === 0) return <p data-testid="consequences">{t("policies.noConsequences")}</p>;
  return (
    <div data-testid="consequences">
      <p className={styles.balance}>
        {gain > 0 && (
          <span data-sign="gain">
            <b aria-hidden="true">+</b> {t("policies.gain", { n: gain })}
          </span>
        )}
        {lose > 0 && (
          <span data-sign="lose">
            <b aria-hidden="true">−</b> {t("policies.lose", { n: lose })}
          </span>
        )}
        {other > 0 && (
          <span>
            <b aria-hidden="true">~</b> {t("policies.other", { n: other })}
          </span>
        )}
      </p>
      {voided.length > 0 && (
        <p className={styles.warning} role="status">
          {t("policies.voided", { filters: voided.join(", ") })}
        </p>
      )}
      {!complete && <p className={styles.warning}>{t("policies.incomplete")}</p>}
      <ul className={styles.effects}>
        {effects.map((effect, index) => (
          <OneEffect key={index} effect={effect} />
        ))}
      </ul>
    </div>
  );
}

function OneEffect({ effect }: { effect: Effect }) {
  const { t } = useWords();
  return (
    <li>
      <h4>
        {effect.who.map((grantee, index) => (
          <span key={index}>
            {index > 0 && ", "}
            <Who grantee={grantee} />
          </span>
        ))}{" "}
        · <span className="mono">{effect.table}</span>
        {effect.purpose && <span className="soft"> · {t("policies.forPurpose", { purpose: effect.purpose })}</span>}
      </h4>
      <ul className={styles.changes}>
        {lines(effect).map(({ sign, names, before, after }) => (
          <li key={`${sign} ${names.join()}`} data-sign={sign}>
            <b aria-hidden="true">{marks[sign]}</b>
            {sign !== "other" && <span className="hidden-visually">{t(sign === "gain" ? "policies.gains" : "policies.loses")}</span>}
            {sign !== "gain" && <ColumnStateMark access={before} />}
            {sign === "other" && (
              <>
                <Icon name="chevron" size={12} />
                <span className="hidden-visually">{t("policies.then")}</span>
              </>
            )}
            {sign !== "lose" && <ColumnStateMark access={after} />}
            <span className="mono">{names.join(", ")}</span>
          </li>
        ))}
        {effect.rows && (
          <li>
            <b aria-hidden="true">~</b>
            {t("access.rows")}: <Rows text={effect.rows.before} />
            <Icon name="chevron" size={12} />
            <span className="hidden-visually">{t("policies.then")}</span>
            <Rows text={effect.rows.after} />
          </li>
        )}
        {effect.voidedFilters.length > 0 && (
          <li>
            <b aria-hidden="true">!</b>
            {t("policies.voidedFor", { filters: effect.voidedFilters.join(", ") })}
          </li>
        )}
      </ul>
    </li>
  );
}

function Rows({ text }: { text: string | null | undefined }) {
  const { t } = useWords();
  const rows = rowsOf(text);
  if (rows === null) return <span>{t("band.allRows")}</span>;
  if (rows === false) return <span>{t("band.none")}</span>;
  return <code>{rows}</code>;
}
