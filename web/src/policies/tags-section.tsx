import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import type { Planned } from "./consequences";
import styles from "./policies.module.css";
import { assignments, tags } from "./queries";
import { RuleDialog } from "./rule-dialog";
import { OnWhat, SourceMark, tagText } from "./sentence";
import type { Assignment } from "./types";

/** The tags there are, and what carries them. */
export function TagsSection({ change }: { change: ((planned: Planned) => void) | null }) {
  const { t } = useWords();
  const [parameters] = useSearchParams();
  const found = useInfiniteQuery(tags());
  const [writing, setWriting] = useState(false);
  const chosen = parameters.get("key");
  const expressions = found.data?.pages[0]?.expressions ?? [];

  const put = (tag: Record<string, unknown>, title: string) =>
    change?.({ title, change: { tag }, save: () => client.put("/policies/assignments", tag) });

  return (
    <>
      <section className={styles.part}>
        <div className={styles.partHead}>
          <h2>{t("policies.tags")}</h2>
          {change !== null && (
            <Button kind="primary" onClick={() => setWriting(true)}>
              {t("policies.tag.assign")}
            </Button>
          )}
        </div>
        <p className="soft">{t("policies.tags.what")}</p>
        <Listing found={found} empty={<Empty title={t("policies.tags.empty")} />}>
          {(items) => (
            <ul className={styles.keys} aria-label={t("policies.tags")}>
              {items.map(({ key, values }) => (
                <li key={key}>
                  <Link to={`?key=${encodeURIComponent(key)}`} aria-current={chosen === key ? "true" : undefined}>
                    {key}
                  </Link>
                  <span className="soft">{values.join(", ")}</span>
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </section>
      {chosen !== null && (
        <Assigned
          tagKey={chosen}
          onTakeBack={
            change === null
              ? null
              : (one) => put({ ...targetOf(one), key: one.key, value: null }, t("policies.tag.takeBack"))
          }
        />
      )}
      {expressions.length > 0 && (
        <section className={styles.part}>
          <h2>{t("policies.expressions")}</h2>
          <ul className={styles.rules}>
            {expressions.map((one) => (
              <li key={one.name}>
                <p>
                  <strong className="mono">{one.name}</strong>: {tagText(one.tags, t)}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {change !== null && (
        <AssignForm
          open={writing}
          onClose={() => setWriting(false)}
          onReady={(tag) => {
            setWriting(false);
            put(tag, t("policies.tag.assign"));
          }}
        />
      )}
    </>
  );
}

function targetOf({ on }: Assignment): Record<string, unknown> {
  if (on.kind === "database") return { database: on.name };
  return on.kind === "columns" ? { table: on.name, column: on.columns?.[0] } : { table: on.name };
}

function Assigned({ tagKey, onTakeBack }: { tagKey: string; onTakeBack: ((one: Assignment) => void) | null }) {
  const { t } = useWords();
  const found = useInfiniteQuery(assignments(tagKey));
  return (
    <section className={styles.part}>
      <h2>{t("policies.assigned", { key: tagKey })}</h2>
      <p className="soft">{t("policies.assigned.what")}</p>
      <Listing found={found} empty={<Empty title={t("policies.assigned.empty")} />}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("policies.assigned", { key: tagKey })}>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t("policies.tag.value")}</th>
                  <th scope="col">{t("policies.tag.on")}</th>
                  <th scope="col">{t("policies.grant.source")}</th>
                  {onTakeBack !== null && <th scope="col">{t("request.yours")}</th>}
                </tr>
              </thead>
              <tbody>
                {items.map((one, index) => (
                  <tr key={index}>
                    <td className="mono">{one.value}</td>
                    <td>
                      <OnWhat on={one.on} />
                    </td>
                    <td>
                      <SourceMark source={one.source} />
                    </td>
                    {onTakeBack !== null && (
                      <td>
                        {["hand", "lineage"].includes(one.source) && (
                          <Button kind="quiet" onClick={() => onTakeBack(one)}>
                            {t("policies.takeBack")}
                          </Button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listing>
    </section>
  );
}

interface FormProps {
  open: boolean;
  onClose(): void;
  onReady(tag: Record<string, unknown>): void;
}

function AssignForm({ open, onClose, onReady }: FormProps) {
  const { t } = useWords();
  const id = useId();
  const found = useInfiniteQuery({ ...tags(), enabled: open });
  const keys = found.data?.pages.flatMap((page) => page.items) ?? [];
  const [key, setKey] = useState("");
  const values = keys.find((each) => each.key === key)?.values ?? [];
  const ready = (data: FormData) => {
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const name = text("name");
    onReady({
      ...(name.includes(".") ? { table: name } : { database: name }),
      ...(text("column") === "" ? {} : { column: text("column") }),
      key,
      value: text("value"),
    });
  };
  return (
    <RuleDialog open={open} onClose={onClose} title={t("policies.tag.assign")} onReady={ready}>
      <label htmlFor={`${id}-name`}>{t("policies.tag.name")}</label>
      <input id={`${id}-name`} name="name" required spellCheck={false} autoComplete="off" />
      <label htmlFor={`${id}-column`}>{t("policies.tag.column")}</label>
      <input id={`${id}-column`} name="column" spellCheck={false} autoComplete="off" />
      <label htmlFor={`${id}-key`}>{t("policies.tag.key")}</label>
      <select id={`${id}-key`} name="key" required value={key} onChange={(event) => setKey(event.currentTarget.value)}>
        <option value="">{t("policies.choose")}</option>
        {keys.map((each) => (
          <option key={each.key}>{each.key}</option>
        ))}
      </select>
      <label htmlFor={`${id}-value`}>{t("policies.tag.value")}</label>
      <select id={`${id}-value`} name="value" required key={key}>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </RuleDialog>
  );
}
