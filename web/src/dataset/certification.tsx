import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { certify } from "../api/queries";
import type { Dataset } from "../api/types";
import { Icon } from "../design/icons";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { type Act, ActDialog } from "../ui/confirm";
import styles from "./dataset.module.css";

const DAY = 86_400_000;
const LONGEST_DAYS = 366;
const LONGEST_NOTE = 1_000;

/** Who answers for the dataset being fit for use, and the way to say so for those who may. */
export function Certification({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const { certification, edits } = dataset;
  if (certification === null && !edits.certification) return null;
  const say = async (change: Parameters<typeof certify>[1]) => {
    await certify(dataset, change);
    await cache.invalidateQueries();
  };
  const words = (data: FormData) => String(data.get("note") ?? "").trim();
  const giving = (): Act => ({
    title: t("certify.title", { name: dataset.name }),
    verb: t("certify.do"),
    body: <Fields until />,
    run: async (data) => {
      if (words(data) === "") return t("certify.noteMissing");
      const until = String(data.get("until") ?? "");
      return say({ certified: true, note: words(data), ...(until === "" ? {} : { until }) });
    },
  });
  const taking = (): Act => ({
    title: t("certify.withdraw.title", { name: dataset.name }),
    verb: t("certify.withdraw"),
    body: <Fields />,
    run: async (data) => {
      if (words(data) === "") return t("certify.noteMissing");
      return say({ certified: false, note: words(data) });
    },
  });
  return (
    <div className={styles.certification} data-testid="certification">
      {certification === null ? (
        <p className="soft">{t("certify.none")}</p>
      ) : (
        <div>
          <p>
            <span className={styles.seal}>
              <Icon name="seal" size={18} />
              <strong>{t("certify.is")}</strong>
            </span>
            <span>
              {t("certify.by", { person: certification.person })} <Moment at={certification.at} />
            </span>
            {certification.until !== null && <span>{t("certify.until", { day: certification.until })}</span>}
          </p>
          <p className={styles.text}>{certification.note}</p>
        </div>
      )}
      {edits.certification && (
        <div className={styles.acts}>
          <Button onClick={() => setAct(giving())}>{certification === null ? t("certify.do") : t("certify.anew")}</Button>
          {certification !== null && <Button onClick={() => setAct(taking())}>{t("certify.withdraw")}</Button>}
        </div>
      )}
      <ActDialog act={act} onClose={() => setAct(null)} />
    </div>
  );
}

function Fields({ until = false }: { until?: boolean }) {
  const { t } = useWords();
  const id = useId();
  const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
  return (
    <>
      <label htmlFor={`${id}-note`}>{t(until ? "certify.note" : "certify.withdraw.note")}</label>
      <textarea id={`${id}-note`} name="note" rows={3} maxLength={LONGEST_NOTE} required />
      {until && (
        <>
          <label htmlFor={`${id}-until`}>{t("certify.untilDay")}</label>
          <input id={`${id}-until`} name="until" type="date" min={day(0)} max={day(LONGEST_DAYS)} />
        </>
      )}
      <p className="soft small">{t("certify.seen")}</p>
    </>
  );
}
