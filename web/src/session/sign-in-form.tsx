import { useId, useState, type FormEvent } from "react";
import { client, Problem, Unreachable } from "../api/client";
import type { Session } from "../api/types";
import { useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import styles from "./session.module.css";

/** Name and password. The password is held by the form alone and dropped after use. */
export function SignInForm({ user = "", onSignedIn }: { user?: string; onSignedIn(session: Session): void }) {
  const { t } = useWords();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    setBusy(true);
    setRefusal(null);
    try {
      onSignedIn(await client.signIn(String(data.get("user")).trim(), String(data.get("password"))));
    } catch (failure) {
      setBusy(false);
      setRefusal(refusalOf(failure));
      const password = form.elements.namedItem("password");
      if (password instanceof HTMLInputElement) {
        password.value = "";
        password.focus();
      }
    }
  };

  const refusalOf = (failure: unknown) => {
    if (failure instanceof Unreachable) return t("failure.unreachable.what");
    if (failure instanceof Problem && failure.status === 401) return t("signin.wrong");
    return failure instanceof Problem ? failure.message : t("failure.unknown");
  };

  return (
    <form className={styles.form} onSubmit={submit} aria-describedby={`${id}-refusal`}>
      <label htmlFor={`${id}-user`}>{t("signin.user")}</label>
      <input
        id={`${id}-user`}
        name="user"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        defaultValue={user}
        autoFocus={user === ""}
      />
      <label htmlFor={`${id}-password`}>{t("signin.password")}</label>
      <input
        id={`${id}-password`}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus={user !== ""}
      />
      <p id={`${id}-refusal`} className={styles.refusal} role="alert">
        {refusal}
      </p>
      <Button type="submit" kind="primary" disabled={busy}>
        {busy ? t("signin.busy") : t("signin.submit")}
      </Button>
    </form>
  );
}
