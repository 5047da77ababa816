import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { health, workgroups } from "./queries";
import type { Workgroup } from "./types";

const megabyte = 1_000_000;
const path = (name: string) => `/workgroups/${encodeURIComponent(name)}`;

/** What queries of a kind may take, and how busy they are. */
export function WorkgroupsSection() {
  const { t, bytes, number } = useWords();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  const found = useInfiniteQuery(workgroups());
  const loads = useQuery(health()).data?.queries.workgroups;
  const limit = (value: number | null) => (value === null ? t("workgroup.unlimited") : number(value));
  const begin = (next: Act) => {
    setDone("");
    setAct(next);
  };
  const change = (workgroup: Workgroup | null, names: string[]) =>
    begin({
      title: workgroup === null ? t("workgroup.new") : t("workgroup.change.title", { name: workgroup.name }),
      verb: t("workgroup.save"),
      body: <Fields workgroup={workgroup} />,
      run: async (data) => {
        const text = (name: string) => String(data.get(name) ?? "").trim();
        const whole = (name: string) => (text(name) === "" ? {} : { [name]: Number(text(name)) });
        const name = workgroup?.name ?? text("name");
        if (workgroup === null && names.includes(name)) return t("workgroup.taken", { name });
        await client.put(path(name), {
          enabled: data.get("enabled") === "on",
          ...(text("description") === "" ? {} : { description: text("description") }),
          ...(text("outputLocation") === "" ? {} : { outputLocation: text("outputLocation") }),
          enforced: data.get("enforced") === "on",
          ...(text("cutoff") === "" ? {} : { bytesScannedCutoff: Math.round(Number(text("cutoff")) * megabyte) }),
          ...whole("concurrency"),
          ...whole("queueLimit"),
        });
        await cache.invalidateQueries({ queryKey: ["workgroups"] });
        setDone(t("workgroup.saved", { name }));
        return undefined;
      },
    });
  const remove = ({ name }: Workgroup) =>
    begin({
      title: t("workgroup.delete.title", { name }),
      verb: t("workgroup.delete"),
      body: <Contents />,
      run: async (data) => {
        await client.delete(`${path(name)}${data.get("contents") === "on" ? "?withContents=true" : ""}`);
        await cache.invalidateQueries({ queryKey: ["workgroups"] });
        setDone(t("workgroup.deleted", { name }));
      },
    });
  const names = found.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? [];
  return (
    <>
      <div className={`${styles.head} ${styles.below}`}>
        <p className="soft">{t("workgroup.what")}</p>
        <Button kind="primary" className={styles.make} onClick={() => change(null, names)}>
          {t("workgroup.new")}
        </Button>
      </div>
      <p className={styles.done} role="status">
        {done}
      </p>
      <Listing found={found} empty={<Empty title={t("workgroup.none")} />}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("administration.workgroups")}>
            <table className={tables.table} data-testid="workgroups">
              <thead>
                <tr>
                  <th scope="col">{t("workgroup.name")}</th>
                  <th scope="col">{t("user.state")}</th>
                  <th scope="col" className={tables.right}>{t("workgroup.running")}</th>
                  <th scope="col" className={tables.right}>{t("workgroup.queued")}</th>
                  <th scope="col" className={tables.right}>{t("workgroup.cutoff")}</th>
                  <th scope="col" className={tables.right}>{t("workgroup.concurrency")}</th>
                  <th scope="col" className={tables.right}>{t("workgroup.queueLimit")}</th>
                  <th scope="col">{t("workgroup.output")}</th>
                  <th scope="col">{t("administration.acts")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((workgroup) => (
                  <tr key={workgroup.name}>
                    <th scope="row" title={workgroup.description ?? undefined}>
                      {workgroup.name}
                    </th>
                    <td>
                      <span className={styles.state} data-state={workgroup.enabled ? "on" : "off"}>
                        <i aria-hidden="true" />
                        {t(workgroup.enabled ? "workgroup.takes" : "workgroup.closed")}
                      </span>
                    </td>
                    <td className={tables.right}>{loads === undefined ? "–" : number(loads[workgroup.name]?.running ?? 0)}</td>
                    <td className={tables.right}>{loads === undefined ? "–" : number(loads[workgroup.name]?.queued ?? 0)}</td>
                    <td className={tables.right}>
                      {workgroup.bytesScannedCutoff === null ? t("workgroup.unlimited") : bytes(workgroup.bytesScannedCutoff)}
                    </td>
                    <td className={tables.right}>{limit(workgroup.concurrency)}</td>
                    <td className={tables.right}>{limit(workgroup.queueLimit)}</td>
                    <td className={tables.wrap}>
                      {workgroup.outputLocation ?? "–"}
                      {workgroup.enforced && <span className="soft"> · {t("workgroup.forAll")}</span>}
                    </td>
                    <td>
                      <Button kind="quiet" aria-label={t("workgroup.change.title", { name: workgroup.name })} onClick={() => change(workgroup, names)}>
                        {t("workgroup.change")}
                      </Button>
                      {workgroup.name !== "primary" && (
                        <Button kind="quiet" aria-label={t("workgroup.delete.title", { name: workgroup.name })} onClick={() => remove(workgroup)}>
                          {t("workgroup.delete")}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listing>
      <ActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}

function Fields({ workgroup }: { workgroup: Workgroup | null }) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      {workgroup === null && (
        <>
          <label htmlFor={`${id}-name`}>{t("workgroup.name")}</label>
          <input id={`${id}-name`} name="name" required pattern="[a-zA-Z0-9._\-]{1,128}" autoComplete="off" spellCheck={false} />
        </>
      )}
      <label htmlFor={`${id}-description`}>{t("workgroup.description")}</label>
      <input id={`${id}-description`} name="description" defaultValue={workgroup?.description ?? ""} maxLength={1024} />
      <label className={forms.check}>
        <input type="checkbox" name="enabled" defaultChecked={workgroup?.enabled ?? true} />
        {t("workgroup.takes.new")}
      </label>
      <label htmlFor={`${id}-cutoff`}>{t("workgroup.cutoff.mb")}</label>
      <input
        id={`${id}-cutoff`}
        name="cutoff"
        type="number"
        min={10}
        step="any"
        defaultValue={workgroup?.bytesScannedCutoff == null ? "" : workgroup.bytesScannedCutoff / megabyte}
      />
      <label htmlFor={`${id}-concurrency`}>{t("workgroup.concurrency.most")}</label>
      <input id={`${id}-concurrency`} name="concurrency" type="number" min={1} defaultValue={workgroup?.concurrency ?? ""} />
      <label htmlFor={`${id}-queue`}>{t("workgroup.queueLimit.most")}</label>
      <input id={`${id}-queue`} name="queueLimit" type="number" min={1} defaultValue={workgroup?.queueLimit ?? ""} />
      <p className={forms.note}>{t("workgroup.empty.what")}</p>
      <label htmlFor={`${id}-output`}>{t("workgroup.output")}</label>
      <input
        id={`${id}-output`}
        name="outputLocation"
        defaultValue={workgroup?.outputLocation ?? ""}
        aria-describedby={`${id}-output-what`}
        autoComplete="off"
        spellCheck={false}
      />
      <p id={`${id}-output-what`} className={forms.note}>
        {t("workgroup.output.what")}
      </p>
      <label className={forms.check}>
        <input type="checkbox" name="enforced" defaultChecked={workgroup?.enforced ?? false} />
        {t("workgroup.enforced")}
      </label>
    </>
  );
}

function Contents() {
  const { t } = useWords();
  return (
    <>
      <p>{t("workgroup.delete.what")}</p>
      <label className={forms.check}>
        <input type="checkbox" name="contents" />
        {t("workgroup.delete.contents")}
      </label>
    </>
  );
}
