import { useId } from "react";

interface Props {
  label: string;
  value: string;
  onChange(value: string): void;
  /** What could stand in it. */
  hint?: string | undefined;
}

/** A line for a name or an expression, which nothing corrects or completes. */
export function TextField({ label, value, onChange, hint }: Props) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        spellCheck={false}
        autoComplete="off"
        placeholder={hint}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}
