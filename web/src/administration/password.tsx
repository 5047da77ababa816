import { useId } from "react";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import type { Act } from "../ui/confirm";
import { userPath } from "./queries";

/** Sets the password of somebody, whose sessions end with it; one's own needs the one before. */
export function usePasswordAct(user: string, own: boolean, onDone: () => void): () => Act {
  const { t } = useWords();
  return () => ({
    title: own ? t("password.own") : t("password.of", { user }),
    verb: t("password.set"),
    body: <Fields own={own} />,
    run: async (data) => {
      const password = String(data.get("password") ?? "");
      if (password !== String(data.get("again") ?? "")) return t("password.differs");
      await client.put(`${userPath(user)}/password`, own ? { password, current: String(data.get("current") ?? "") } : { password });
      onDone();
      return undefined;
    },
  });
}

function Fields({ own }: { own: boolean }) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <p>{t(own ? "password.own.what" : "password.of.what")}</p>
      {own && (
        <>
          <label htmlFor={`${id}-current`}>{t("password.current")}</label>
          <input id={`${id}-current`} name="current" type="password" required autoComplete="current-password" />
        </>
      )}
      <NewPassword id={id} />
    </>
  );
}

/** A new password, twice; optional where somebody may go without. */
export function NewPassword({ id, optional = false }: { id: string; optional?: boolean }) {
  const { t } = useWords();
  return (
    <>
      <label htmlFor={`${id}-password`}>{t("password.new")}</label>
      <input id={`${id}-password`} name="password" type="password" required={!optional} minLength={10} autoComplete="new-password" />
      <label htmlFor={`${id}-again`}>{t("password.again")}</label>
      <input id={`${id}-again`} name="again" type="password" required={!optional} autoComplete="new-password" />
    </>
  );
}
