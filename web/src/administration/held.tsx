import { useInfiniteQuery } from "@tanstack/react-query";
import { Moment, useWords } from "../i18n/i18n";
import { SourceMark } from "../policies/sentence";
import { Listing } from "../ui/listing";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { held } from "./queries";

/** What somebody has been granted, until when and whence; guards may still take from it. */
export function Held({ user }: { user: string }) {
  const { t } = useWords();
  const found = useInfiniteQuery(held(user));
  return (
    <section className={styles.part} aria-label={t("held.title")}>
      <h2>{t("held.title")}</h2>
      <p className="soft">{t("held.what")}</p>
      <Listing found={found} empty={<p className={styles.none}>{t("held.none")}</p>}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("held.title")}>
            <table className={tables.table} data-testid="held">
              <thead>
                <tr>
                  <th scope="col">{t("held.on")}</th>
                  <th scope="col">{t("held.permissions")}</th>
                  <th scope="col">{t("held.by")}</th>
                  <th scope="col">{t("token.expires")}</th>
                  <th scope="col">{t("policies.grant.source")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((grant) => (
                  <tr key={grant.id}>
                    <th scope="row" className={tables.wrap}>
                      {grant.resource}
                      {grant.purpose !== "" && <span className="soft"> · {t("policies.forPurpose", { purpose: grant.purpose })}</span>}
                    </th>
                    <td className={tables.wrap}>{grant.permissions.join(", ")}</td>
                    <td>{grant.grantee.profile ?? t("held.directly")}</td>
                    <td>
                      {grant.until === null ? t("token.never") : <Moment at={grant.until} exact />}
                      {grant.until !== null && Date.parse(grant.until) < Date.now() && <span className={styles.over}> · {t("token.expired")}</span>}
                    </td>
                    <td>
                      <SourceMark source={grant.source} />
                    </td>
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
