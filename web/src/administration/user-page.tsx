import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "react-router";
import { client, Problem } from "../api/client";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { ConsequenceDialog, type Planned } from "../policies/consequences";
import { members, profiles } from "../policies/queries";
import { SourceMark } from "../policies/sentence";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import { Failure, NotForYou, Waiting } from "../ui/states";
import styles from "./administration.module.css";
import { Credentials } from "./credentials";
import { Held } from "./held";
import { usePasswordAct } from "./password";
import { user as userQuery, userPath } from "./queries";
import type { Revoked, User } from "./types";
import { UserState } from "./users-section";

/** One user: who it is, what they hold, what they sign in with, and what an administrator may do about it. */
export function UserPage({ name }: { name: string }) {
  const { t } = useWords();
  const found = useQuery(userQuery(name));
  return (
    <Page title={name}>
      <p className={styles.up}>
        <Link to="/administration">{t("administration.users")}</Link>
      </p>
      <h1>{name}</h1>
      {found.data !== undefined ? (
        <Whole user={found.data} />
      ) : found.error instanceof Problem && found.error.status === 404 ? (
        <NotForYou title={t("user.missing")}>{t("user.missing.what")}</NotForYou>
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Waiting rows={6} />
      )}
    </Page>
  );
}

function Whole({ user }: { user: User }) {
  const { t } = useWords();
  const { session } = useSession();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [planned, plan] = useState<Planned | null>(null);
  const [done, setDone] = useState("");
  const path = userPath(user.name);
  const own = user.name === session.user;
  const finished = (message: string) => {
    setDone(message);
    void cache.invalidateQueries({ queryKey: ["users"] });
  };
  const password = usePasswordAct(user.name, own, () => finished(t("password.done", { user: user.name })));
  const ended = ({ sessions, tokens, accessKeys }: Revoked) => t("user.ended", { sessions, tokens, keys: accessKeys });
  const begin = (next: Act) => {
    setDone("");
    setAct(next);
  };
  const disable = () =>
    begin({
      title: t("user.disable.title", { user: user.name }),
      verb: t("user.disable"),
      body: <p>{t("user.disable.what")}</p>,
      run: async () => finished(ended(await client.delete<Revoked>(path))),
    });
  const enable = () =>
    begin({
      title: t("user.enable.title", { user: user.name }),
      verb: t("user.enable"),
      body: <p>{t("user.enable.what")}</p>,
      run: async () => {
        await client.post(`${path}/enable`, {});
        finished(t("user.enable.done", { user: user.name }));
      },
    });
  const revoke = () =>
    begin({
      title: t("user.revoke.title", { user: user.name }),
      verb: t("user.revoke"),
      body: <p>{t("user.revoke.what")}</p>,
      run: async () => finished(ended(await client.post<Revoked>(`${path}/revoke`, {}))),
    });
  return (
    <>
      <p className={styles.done} role="status">
        {done}
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>{t("user.state")}</dt>
          <dd>
            <UserState user={user} />
          </dd>
        </div>
        <div>
          <dt>{t("user.displayName")}</dt>
          <dd>{user.displayName}</dd>
        </div>
        <div>
          <dt>{t("user.kind")}</dt>
          <dd>{t(`user.kind.${user.kind}`)}</dd>
        </div>
        <div>
          <dt>{t("password.title")}</dt>
          <dd>{t(user.hasPassword ? "password.there" : "password.none")}</dd>
        </div>
        <div>
          <dt>{t("credential.made")}</dt>
          <dd>
            <Moment at={user.createdAt} exact />
          </dd>
        </div>
        {Object.entries(user.attributes).map(([key, value]) => (
          <div key={key}>
            <dt className="mono">{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.acts}>
        {user.kind === "human" && (!own || user.hasPassword) && <Button onClick={() => begin(password())}>{t("password.set")}…</Button>}
        <Button onClick={revoke}>{t("user.revoke")}…</Button>
        {user.disabled ? <Button onClick={enable}>{t("user.enable")}…</Button> : !own && <Button onClick={disable}>{t("user.disable")}…</Button>}
      </div>
      <Profiles user={user} plan={plan} give={begin} />
      <Credentials user={user.name} />
      <Held user={user.name} />
      <ActDialog act={act} onClose={() => setAct(null)} />
      <ConsequenceDialog
        planned={planned}
        onClose={() => plan(null)}
        onSaved={() => {
          setDone(t("policies.saved"));
          plan(null);
        }}
      />
    </>
  );
}

interface ProfilesProps {
  user: User;
  plan(planned: Planned): void;
  give(act: Act): void;
}

/** What somebody holds and whence; those given by hand can be taken back, with the consequences before it is done. */
function Profiles({ user, plan, give }: ProfilesProps) {
  const { t } = useWords();
  const found = useInfiniteQuery(members({ user: user.name }));
  const held = found.data?.pages.flatMap((page) => page.items);
  const inherited = user.profiles.filter((name) => held !== undefined && !held.some(({ profile }) => profile === name));
  const known = useInfiniteQuery(profiles()).data?.pages.flatMap((page) => page.items);
  const path = (profile: string) => `${userPath(user.name)}/profiles/${encodeURIComponent(profile)}`;
  const start = () =>
    give({
      title: t("policies.member.give"),
      verb: t("policies.showConsequences"),
      body: <ProfileField held={user.profiles} />,
      run: async (data) => {
        const profile = String(data.get("profile") ?? "");
        if (profile === "") return t("user.profile.which");
        plan({
          title: t("policies.member.giveTitle", { user: user.name, profile }),
          change: { member: { user: user.name, profile } },
          ...(known?.some(({ name, administrator }) => name === profile && administrator) ? { note: t("user.profile.administers") } : {}),
          save: () => client.put(path(profile), {}),
        });
        return undefined;
      },
    });
  return (
    <section className={styles.part} aria-label={t("user.profiles")}>
      <div className={styles.head}>
        <h2>{t("user.profiles")}</h2>
        <Button onClick={start}>{t("policies.member.give")}…</Button>
      </div>
      {held === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={2} />
        )
      ) : held.length + inherited.length === 0 ? (
        <p className={styles.none}>{t("user.profiles.none")}</p>
      ) : (
        <ul className={styles.list}>
          {held.map(({ profile, source }) => (
            <li key={`${profile} ${source}`}>
              <span>
                <strong>{profile}</strong> <SourceMark source={source} />
              </span>
              {source === "hand" && (
                <Button
                  kind="quiet"
                  aria-label={`${t("policies.takeBack")} ${profile}`}
                  onClick={() =>
                    plan({
                      title: t("policies.member.takeTitle", { user: user.name, profile }),
                      change: { member: { user: user.name, profile, remove: true } },
                      save: () => client.delete(path(profile)),
                    })
                  }
                >
                  {t("policies.takeBack")}
                </Button>
              )}
            </li>
          ))}
          {inherited.map((profile) => (
            <li key={profile}>
              <span>
                <strong>{profile}</strong> <span className="soft">{t("user.profile.included")}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ProfileField({ held }: { held: string[] }) {
  const { t } = useWords();
  const id = useId();
  const found = useInfiniteQuery(profiles());
  const names = [...new Set(found.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? [])].filter(
    (name) => !held.includes(name),
  );
  return (
    <>
      <label htmlFor={`${id}-profile`}>{t("policies.profile.name")}</label>
      <select id={`${id}-profile`} name="profile" required>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </>
  );
}
