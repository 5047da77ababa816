import { useInfiniteQuery } from "@tanstack/react-query";
import { useWords } from "../i18n/i18n";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import styles from "./policies.module.css";
import { filters, guards } from "./queries";
import { OnWhat, SourceMark } from "./sentence";
import type { Guard } from "./types";

/** What restricts whatever is granted, and the cells that grants speak of. */
export function GuardsSection() {
  const { t } = useWords();
  const found = useInfiniteQuery(guards());
  const cells = useInfiniteQuery(filters());
  return (
    <>
      <section className={styles.part}>
        <h2>{t("policies.guards")}</h2>
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
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </section>
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
