import { useEffect } from "react";
import type { Session } from "../api/types";
import { Mark } from "../design/mark";
import { LanguageMenu, SchemeMenu } from "../frame/choices";
import { useWords } from "../i18n/i18n";
import { SignInForm } from "./sign-in-form";
import styles from "./session.module.css";

/** Where everybody starts. The address stays: after signing in one is where one wanted to go. */
export function SignInPage({ onSignedIn }: { onSignedIn(session: Session): void }) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${t("signin.title")} · Atalaya`;
  }, [t]);
  return (
    <div className={styles.page}>
      <div className={styles.choices}>
        <LanguageMenu />
        <SchemeMenu />
      </div>
      <main className={styles.card}>
        <div className={styles.brand}>
          <Mark size={40} />
          <span>Atalaya</span>
        </div>
        <h1>{t("signin.title")}</h1>
        <p className="soft">{t("signin.promise")}</p>
        <SignInForm onSignedIn={onSignedIn} />
        <p className="soft small">{t("signin.help")}</p>
      </main>
      <Water />
    </div>
  );
}

/** The waterline of the mark, drawn out to the width of the page. */
function Water() {
  const wave = (y: number) =>
    `M0 ${y}` + Array.from({ length: 24 }, (_, i) => `q20 ${i % 2 === 0 ? -10 : 10} 40 0`).join("");
  return (
    <svg className={styles.water} viewBox="0 0 960 72" preserveAspectRatio="none" aria-hidden="true">
      <path d={wave(16)} />
      <path d={wave(36)} />
      <path d={wave(56)} />
    </svg>
  );
}
