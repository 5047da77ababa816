import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import type { Planned } from "./consequences";
import { guardOf } from "./guard-draft";
import { GuardForm } from "./guard-form";
import styles from "./policies.module.css";
import { filters, guards } from "./queries";
import { OnWhat, SourceMark } from "./sentence";
import type { Guard } from "./types";

/** What restricts whatever is granted, and the cells that grants speak of. */
export function GuardsSection({ change }: { change: ((planned: Planned) => void) | null }) {
  const { t } = useWords();
  const [writing, setWriting] = useState(false);
  const path = (name: string) => `/policies/guards/${encodeURIComponent(name)}`;
  const found = useInfiniteQuery(guards());
  const cells = useInfiniteQuery(filters());
  return (
    <>
      <section className={styles.part}>
        <div className={styles.partHead}>
          <h2>{t("policies.guards")}</h2>
          {change !== null && (
            <Button kind="primary" onClick={() => setWriting(true)}>
              {t("policies.guard.new")}
            </Button>
          )}
        </div>
        <p className="soft">{t("policies.guards.what")}</p>
        <Listing found={found} empty={<Empty title={t("policies.guards.empty")} />}>
          {(items) => (
            <ul className={styles.rules} aria-label={t("policies.guards")}>
              {items.map((guard) => (
                <li key={guard.id} data-testid="guard">
                  <div>
                    <p>
                      <strong className="mono">{guard.name}</strong>: <OnWhat on={guard.on} /> <GuardEffect guard={guard} />
                      {guard.except.length > 0 && <>; {t("policies.guard.except", { profiles: guard.except.join(", ") })}</>}
                    </p>
                    <p className={styles.whence}>
                      <SourceMark source={guard.source} />
                      {guard.description !== "" && <span>{guard.description}</span>}
                    </p>
                  </div>
                  {change !== null && ["hand", "lineage"].includes(guard.source) && (
                    <Button
                      kind="quiet"
                      onClick={() =>
                        change({
                          title: t("policies.guard.takeBack", { name: guard.name }),
                          change: { removeGuard: { name: guard.name, source: guard.source } },
                          save: () => client.delete(path(guard.name)),
                        })
                      }
                    >
                      {t("policies.takeBack")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </section>
      {change !== null && (
        <GuardForm
          open={writing}
          onClose={() => setWriting(false)}
          onReady={(draft) => {
            const name = draft.name.trim();
            const guard = guardOf(draft);
            setWriting(false);
            change({ title: t("policies.guard.new"), change: { guard: { [name]: guard } }, save: () => client.put(path(name), guard) });
          }}
        />
      )}
      <section className={styles.part}>
        <h2>{t("policies.filters")}</h2>
        <p className="soft">{t("policies.filters.what")}</p>
        <Listing found={cells} empty={<Empty title={t("policies.filters.empty")} />}>
          {(items) => (
            <ul className={styles.rules} aria-label={t("policies.filters")}>
              {items.map((filter) => (
                <li key={`${filter.table} ${filter.name}`}>
                  <div>
                    <p>
                      <strong className="mono">{filter.name}</strong>: <OnWhat on={{ kind: "table", name: filter.table }} />
                      {filter.rows ? (
                        <>
                          {" "}
                          {t("policies.rowsWhere")} <code>{filter.rows}</code>
                        </>
                      ) : (
                        `, ${t("band.allRows")}`
                      )}
                    </p>
                    <p className={styles.whence}>
                      <SourceMark source={filter.source} />
                      <span className="mono">{filter.every ? t("policies.everyColumn") : filter.columns.join(", ")}</span>
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </section>
    </>
  );
}

function GuardEffect({ guard }: { guard: Guard }) {
  const { t } = useWords();
  const { kind, mask, rows } = guard.effect;
  if (kind === "hide") return t("policies.guard.hide");
  if (kind === "mask") return t("policies.guard.mask", { mask: mask ?? "" });
  return (
    <>
      {t("policies.guard.rows")} <code>{rows}</code>
    </>
  );
}
