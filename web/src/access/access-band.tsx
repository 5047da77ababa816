import { Collapsible } from "@base-ui/react/collapsible";
import { Fragment, type ReactNode } from "react";
import type { Because } from "../api/types";
import { Icon } from "../design/icons";
import { useWords } from "../i18n/i18n";
import styles from "./access.module.css";
import { phrases, stretches, total, type Shown } from "./band";
import { Reasons } from "./reasons";

interface Props {
  shown: Shown;
  because: Because[];
  /** The table the band is about, where a page shows several. */
  about?: string;
}

/** Says what the reader is being shown, and opens to the reasons. */
export function AccessBand({ shown, because, about }: Props) {
  const { t } = useWords();
  return (
    <Collapsible.Root className={styles.band}>
      <Collapsible.Trigger className={styles.trigger} data-testid="access-band">
        <Stretches shown={shown} />
        <span className={styles.sentence}>
          {about !== undefined && <strong className="mono">{about}: </strong>}
          <Sentence shown={shown} />
        </span>
        <span className={styles.why}>
          {t("band.why")}
          <Icon name="down" size={12} />
        </span>
      </Collapsible.Trigger>
      <Collapsible.Panel className={styles.panel}>
        <Reasons because={because} />
      </Collapsible.Panel>
    </Collapsible.Root>
  );
}

/** The same sentence in a line of a list, without reasons. */
export function AccessLine({ shown }: { shown: Shown }) {
  return (
    <span className={styles.line}>
      <Stretches shown={shown} />
      <span>
        <Sentence shown={shown} />
      </span>
    </span>
  );
}

function Sentence({ shown }: { shown: Shown }): ReactNode {
  const { t } = useWords();
  return phrases(shown).map(({ key, values }, index) => (
    <Fragment key={key}>
      {index > 0 && <span className={styles.dot}> · </span>}
      <span className={styles.phrase} data-phrase={key}>
        {t(key, values)}
      </span>
    </Fragment>
  ));
}

/** The columns as one strip: ink, dots, hatching and outline, so that it reads without colour. */
export function Stretches({ shown }: { shown: Shown }) {
  const { t } = useWords();
  return (
    <span className={`${styles.strip} ${shown.select ? "" : styles.closed}`} title={t("band.columns", { n: total(shown) })}>
      {stretches(shown).map(({ state, share }) => (
        <span key={state} className={styles[state]} style={{ flexGrow: share }} />
      ))}
    </span>
  );
}
