import type { ButtonHTMLAttributes, Ref } from "react";
import { Icon, type IconName } from "../design/icons";
import styles from "./button.module.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet";
  icon?: IconName;
  ref?: Ref<HTMLButtonElement>;
}

/** A button with a word; one primary button a page at most. */
export function Button({ kind = "plain", icon, className = "", children, ...rest }: Props) {
  return (
    <button type="button" className={`${styles.button} ${styles[kind]} ${className}`} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button that is only a drawing; {@link label} is its name and its tooltip. */
export function IconButton({ label, icon, className = "", ...rest }: Props & { label: string; icon: IconName }) {
  return (
    <button
      type="button"
      className={`${styles.button} ${styles.quiet} ${styles.square} ${className}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
