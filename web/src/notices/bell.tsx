import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import buttons from "../ui/button.module.css";
import styles from "./notices.module.css";
import { notices } from "./notices";

/** How many notices wait, and the way to them. */
export function Bell() {
  const { t } = useWords();
  const found = useInfiniteQuery(notices());
  const unread = found.data?.pages[0]?.unread ?? 0;
  const label = unread === 0 ? t("notices.title") : t("notices.unread", { n: unread });
  return (
    <Link to="/notifications" className={`${buttons.button} ${buttons.quiet} ${styles.bell}`} aria-label={label} title={label}>
      <Icon name="bell" />
      {unread > 0 && (
        <span className={styles.count} aria-hidden="true" data-testid="unread">
          {unread > 99 ? "99+" : unread}
        </span>
      )}
    </Link>
  );
}
