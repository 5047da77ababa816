import { Moment, useWords } from "../i18n/i18n";
import type { GrantUse, Person, Review, ScopeKind, Verdict } from "./api";
import styles from "./reviews.module.css";

const kinds: ScopeKind[] = ["tag", "database", "table", "profile", "user"];

/** A user or profile by name. */
export function personName({ user, profile }: Person): string {
  return user ?? profile ?? "";
}

/** What a review is about: `table shop.orders`. */
export function useScope(): (scope: Review["scope"]) => string {
  const { t } = useWords();
  return (scope) => {
    const kind = kinds.find((each) => scope[each] !== null);
    return kind === undefined ? "" : `${t(`reviews.scope.${kind}`)} ${scope[kind]}`;
  };
}

/** What became of a grant: a shape and a word. */
export function VerdictMark({ verdict, failed = false }: { verdict: Verdict | null; failed?: boolean }) {
  const { t } = useWords();
  const shown = failed ? "failed" : (verdict ?? "open");
  return (
    <span className={styles.verdict} data-verdict={shown} data-testid="verdict">
      {t(`reviews.verdict.${shown}`)}
    </span>
  );
}

/** When a grant was last used, and how much of it. */
export function Use({ use }: { use: GrantUse }) {
  const { t } = useWords();
  if (!use.traced) return <span className="soft">{t("reviews.use.untraced")}</span>;
  return (
    <>
      {use.last === null ? <strong>{t("reviews.use.never")}</strong> : <Moment at={use.last} />}
      <span className="soft"> · {t("reviews.use.columns", { used: use.used, granted: use.granted })}</span>
    </>
  );
}

/** Where a grant comes from, without its id. */
export function useSource(): (source: string) => string {
  const { t } = useWords();
  return (source) => {
    const colon = source.indexOf(":");
    const kind = colon < 0 ? source : source.slice(0, colon);
    const rest = colon < 0 ? "" : source.slice(colon + 1);
    switch (kind) {
      case "policy-file":
        return t("reviews.source.file", { name: rest });
      case "request":
        return t("reviews.source.request");
      case "passed-on":
        return t("policies.source.passedOn", { by: rest });
      case "broken-glass":
        return t("reviews.source.glass");
      default:
        return t("reviews.source.hand");
    }
  };
}
