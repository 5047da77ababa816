import type { Because } from "../api/types";
import { useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import styles from "./access.module.css";

const kinds: Record<string, MessageKey> = {
  grant: "because.grant",
  guard: "because.guard",
  tag: "because.tag",
  profile: "because.profile",
  mask: "because.mask",
  filter: "because.filter",
  default: "because.default",
  request: "because.request",
  owner: "because.owner",
  policy: "because.policy",
};

/** What made the decision what it is, one cause a line. */
export function Reasons({ because }: { because: Because[] }) {
  const { t } = useWords();
  if (because.length === 0) return <p className="soft">{t("because.nothing")}</p>;
  return (
    <ul className={styles.reasons}>
      {because.map((cause, index) => {
        const kind = kinds[cause.kind.toLowerCase()];
        return (
          <li key={index}>
            <span className={styles.kind}>{kind === undefined ? cause.kind : t(kind)}</span>
            <span>
              {cause.text}
              {cause.id !== "" && cause.id !== cause.text && <code className={styles.id}>{cause.id}</code>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
