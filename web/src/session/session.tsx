import { useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { client } from "../api/client";
import type { Session } from "../api/types";
import { Mark } from "../design/mark";
import { Failure } from "../ui/states";
import { SignInDialog } from "./sign-in-dialog";
import { SignInPage } from "./sign-in-page";
import styles from "./session.module.css";

interface SessionControls {
  session: Session;
  signOut(): Promise<void>;
}

const Context = createContext<SessionControls | null>(null);

/**
 * Lets the console through once somebody is signed in. A session that ends meanwhile leaves the page as it is and asks
 * again in front of it; whoever signs in as somebody else starts with nothing of the first person's data.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [ended, setEnded] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const ask = useCallback(() => {
    setFailure(null);
    client.session().then(setSession, setFailure);
  }, []);
  useEffect(() => {
    client.onSessionEnd(() => setEnded(true));
    ask();
  }, [ask]);

  const signedIn = (next: Session) => {
    if (session?.user === next.user) void cache.invalidateQueries();
    else cache.clear();
    setSession(next);
    setEnded(false);
  };

  const controls = useMemo(
    () =>
      session && {
        session,
        signOut: async () => {
          await client.signOut().catch(() => {});
          cache.clear();
          setSession(null);
        },
      },
    [session, cache],
  );

  if (failure !== null) {
    return (
      <main className={styles.alone}>
        <Failure error={failure} onRetry={ask} />
      </main>
    );
  }
  if (session === undefined) {
    return (
      <div className={styles.alone} aria-busy="true">
        <span className={styles.waiting}>
          <Mark size={40} />
        </span>
      </div>
    );
  }
  if (!controls) return <SignInPage onSignedIn={signedIn} />;
  return (
    <Context value={controls} key={controls.session.user}>
      {children}
      <SignInDialog open={ended} user={controls.session.user} onSignedIn={signedIn} />
    </Context>
  );
}

export function useSession(): SessionControls {
  const controls = useContext(Context);
  if (controls === null) throw new Error("useSession outside SessionGate");
  return controls;
}
