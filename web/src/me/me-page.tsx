import { useState } from "react";
import { Credentials } from "../administration/credentials";
import styles from "../administration/administration.module.css";
import { Held } from "../administration/held";
import { usePasswordAct } from "../administration/password";
import { userPath } from "../administration/queries";
import { client } from "../api/client";
import { chooseScheme, useScheme, type Scheme } from "../frame/choices";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { languages, type Language } from "../i18n/translate";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import forms from "../ui/form.module.css";

const schemes: Scheme[] = ["system", "light", "dark"];

/** Who one is here, how the console looks, and what one signs in with. */
export default function MePage() {
  const { t, language, setLanguage } = useWords();
  const { session } = useSession();
  const scheme = useScheme();
  const [act, setAct] = useState<Act | null>(null);
  // What ends every session ends this one: the next question asks who one is.
  const ask = () => void client.get("/me").catch(() => {});
  const password = usePasswordAct(session.user, true, ask);
  const revoke = (): Act => ({
    title: t("me.revoke.title"),
    verb: t("me.revoke"),
    body: <p>{t("me.revoke.what")}</p>,
    run: async () => {
      await client.post(`${userPath(session.user)}/revoke`, {});
      ask();
    },
  });
  return (
    <Page title={t("me.title")}>
      <h1>{session.displayName ?? session.user}</h1>
      <p className={styles.what}>{t("me.what")}</p>
      <dl className={styles.facts}>
        <div>
          <dt>{t("user.name")}</dt>
          <dd>{session.user}</dd>
        </div>
        <div>
          <dt>{t("user.profiles")}</dt>
          <dd>{session.profiles.length === 0 ? t("frame.noProfile") : session.profiles.join(", ")}</dd>
        </div>
      </dl>
      <section className={styles.part} aria-label={t("me.looks")}>
        <h2>{t("me.looks")}</h2>
        <div className={forms.line}>
          <label>
            {t("frame.language")}
            <select value={language} onChange={(event) => setLanguage(event.target.value as Language)}>
              {languages.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("frame.scheme")}
            <select value={scheme} onChange={(event) => chooseScheme(event.target.value as Scheme)}>
              {schemes.map((each) => (
                <option key={each} value={each}>
                  {t(`scheme.${each}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
      </section>
      <section className={styles.part} aria-label={t("me.safety")}>
        <h2>{t("me.safety")}</h2>
        <p className="soft">{t("me.safety.what")}</p>
        <div className={`${styles.acts} ${styles.below}`}>
          <Button onClick={() => setAct(password())}>{t("password.own")}…</Button>
          <Button onClick={() => setAct(revoke())}>{t("me.revoke")}…</Button>
        </div>
      </section>
      <Credentials user={session.user} />
      <Held user={session.user} />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </Page>
  );
}
