import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import styles from "./classification.module.css";

interface Scans {
  tables: string[];
  proposals: unknown[];
  complete: boolean;
}

/** What a steward may ask for: that data are looked at now, or that a tag be lowered. */
export function Ask() {
  const { t } = useWords();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  const again = () => cache.invalidateQueries({ queryKey: ["proposals"] });
  const begin = (next: Act) => {
    setDone("");
    setAct(next);
  };
  const scan = () =>
    begin({
      title: t("classification.scan"),
      verb: t("classification.scan.do"),
      body: (
        <>
          <p>{t("classification.scan.what")}</p>
          <Field name="of" label={t("classification.scan.of")} />
        </>
      ),
      run: async (data) => {
        const of = text(data, "of");
        const { tables, proposals, complete } = await client.post<Scans>("/classification/scans", of.includes(".") ? { table: of } : { database: of });
        await again();
        const told = t("classification.scanned", { tables: tables.length, n: proposals.length });
        setDone(complete ? told : `${told} ${t("classification.scanned.part")}`);
      },
    });
  const lower = () =>
    begin({
      title: t("classification.lower"),
      verb: t("classification.lower.do"),
      body: (
        <>
          <p>{t("classification.lower.what")}</p>
          {(["table", "column", "tag", "reason"] as const).map((name) => (
            <Field key={name} name={name} label={t(`classification.lower.${name}`)} />
          ))}
        </>
      ),
      run: async (data) => {
        const [table, column, tag, reason] = ["table", "column", "tag", "reason"].map((name) => text(data, name));
        await client.post("/classification/lowerings", { table, column, tag, reason });
        await again();
        setDone(t("classification.lowered"));
      },
    });
  return (
    <>
      <div className={styles.ask}>
        <Button onClick={scan}>{t("classification.scan")}…</Button>
        <Button onClick={lower}>{t("classification.lower")}…</Button>
      </div>
      <p className={styles.asked} role="status">
        {done}
      </p>
      <ActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}

const text = (data: FormData, name: string) => String(data.get(name) ?? "").trim();

function Field({ name, label }: { name: string; label: string }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input id={id} name={name} required autoComplete="off" spellCheck={name === "reason"} />
    </>
  );
}
