import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import styles from "./tabs.module.css";

interface Props<T extends string> {
  label: string;
  value: T;
  tabs: { value: T; label: ReactNode }[];
  onChange(value: T): void;
  after?: ReactNode;
  children: ReactNode;
}

/** Several views of one thing; the page keeps the chosen one in its URL. */
export function Tabs<T extends string>({ label, value, tabs, onChange, after, children }: Props<T>) {
  return (
    <Base.Root className={styles.root} value={value} onValueChange={(next: T) => onChange(next)}>
      <div className={styles.bar}>
        <Base.List className={styles.list} aria-label={label}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} className={styles.tab}>
              {tab.label}
            </Base.Tab>
          ))}
        </Base.List>
        {after}
      </div>
      <Base.Panel value={value} className={styles.panel} tabIndex={-1}>
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
