import { useInfiniteQuery } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useSearchParams } from "react-router";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import type { Planned } from "./consequences";
import styles from "./policies.module.css";
import { members, profiles } from "./queries";
import { RuleDialog } from "./rule-dialog";
import { SourceMark } from "./sentence";
import type { Member, Profile } from "./types";

/** Each profile once, with all that its sources say of it: every workspace that speaks of a profile declares it. */
function byName(profiles: Profile[]) {
  return [...Map.groupBy(profiles, ({ name }) => name)].map(([name, same]) => ({
    name,
    descriptions: [...new Set(same.map(({ description }) => description).filter((text) => text !== ""))],
    includes: [...new Set(same.flatMap(({ includes }) => includes))],
    sources: [...new Set(same.map(({ source }) => source))],
    administrator: same.some(({ administrator }) => administrator),
  }));
}

/** The profiles there are, and who has them. */
export function PeopleSection({ change }: { change: ((planned: Planned) => void) | null }) {
  const { t } = useWords();
  const { session } = useSession();
  const found = useInfiniteQuery(profiles());
  const names = [...new Set(found.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? [])];
  return (
    <>
      <section className={styles.part}>
        <h2>{t("policies.profiles")}</h2>
        <Listing found={found} empty={<Empty title={t("policies.profiles.empty")} />}>
          {(items) => (
            <ul className={styles.rules} aria-label={t("policies.profiles")}>
              {byName(items).map((profile) => (
                <li key={profile.name}>
                  <div>
                    <p>
                      <strong className="mono">{profile.name}</strong>
                      {profile.descriptions.length > 0 && <> · {profile.descriptions.join(" · ")}</>}
                      {profile.includes.length > 0 && (
                        <span className="soft"> · {t("policies.includes", { profiles: profile.includes.join(", ") })}</span>
                      )}
                    </p>
                    <p className={styles.whence}>
                      {profile.sources.map((source) => (
                        <SourceMark key={source} source={source} />
                      ))}
                      {profile.administrator && <span>{t("policies.administers")}</span>}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Listing>
      </section>
      {capabilities(session).has("audit") && <Members names={names} change={change} />}
    </>
  );
}

function Members({ names, change }: { names: string[]; change: ((planned: Planned) => void) | null }) {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const [writing, setWriting] = useState(false);
  const profile = parameters.get("profile") ?? undefined;
  const user = parameters.get("user") ?? undefined;
  const found = useInfiniteQuery(members({ profile, user }));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const next: Record<string, string> = {};
    for (const name of ["user", "profile"]) {
      const value = String(data.get(name) ?? "").trim();
      if (value !== "") next[name] = value;
    }
    setParameters(next);
  };
  const path = (one: Pick<Member, "user" | "profile">) =>
    `/users/${encodeURIComponent(one.user)}/profiles/${encodeURIComponent(one.profile)}`;
  return (
    <section className={styles.part}>
      <h2>{t("policies.members")}</h2>
      <form className={forms.line} onSubmit={submit} key={parameters.toString()}>
        <label>
          {t("policies.user.name")}
          <input name="user" defaultValue={user} autoComplete="off" spellCheck={false} />
        </label>
        <label>
          {t("policies.profile.name")}
          <select name="profile" defaultValue={profile ?? ""} key={names.length}>
            <option value="">{t("policies.anyProfile")}</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button type="submit">{t("audit.apply")}</Button>
        {change !== null && (
          <Button kind="primary" className={styles.make} onClick={() => setWriting(true)}>
            {t("policies.member.give")}
          </Button>
        )}
      </form>
      <Listing found={found} empty={<Empty title={t("policies.members.empty")} />}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("policies.members")}>
            <table className={tables.table}>
              <thead>
                <tr>
                  <th scope="col">{t("policies.user.name")}</th>
                  <th scope="col">{t("policies.profile.name")}</th>
                  <th scope="col">{t("policies.grant.source")}</th>
                  {change !== null && <th scope="col">{t("request.yours")}</th>}
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={`${one.user} ${one.profile} ${one.source}`}>
                    <td>{one.user}</td>
                    <td>{one.profile}</td>
                    <td>
                      <SourceMark source={one.source} />
                    </td>
                    {change !== null && (
                      <td>
                        {one.source === "hand" && (
                          <Button
                            kind="quiet"
                            onClick={() =>
                              change({
                                title: t("policies.member.takeTitle", { user: one.user, profile: one.profile }),
                                change: { member: { user: one.user, profile: one.profile, remove: true } },
                                save: () => client.delete(path(one)),
                              })
                            }
                          >
                            {t("policies.takeBack")}
                          </Button>
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listing>
      {change !== null && (
        <GiveForm
          names={names}
          open={writing}
          onClose={() => setWriting(false)}
          onReady={(member) => {
            setWriting(false);
            change({
              title: t("policies.member.giveTitle", member),
              change: { member },
              save: () => client.put(path(member), {}),
            });
          }}
        />
      )}
    </section>
  );
}

interface FormProps {
  names: string[];
  open: boolean;
  onClose(): void;
  onReady(member: { user: string; profile: string }): void;
}

function GiveForm({ names, open, onClose, onReady }: FormProps) {
  const { t } = useWords();
  const id = useId();
  const ready = (data: FormData) => {
    onReady({ user: String(data.get("user") ?? "").trim(), profile: String(data.get("profile") ?? "") });
  };
  return (
    <RuleDialog open={open} onClose={onClose} title={t("policies.member.give")} onReady={ready}>
      <label htmlFor={`${id}-user`}>{t("policies.user.name")}</label>
      <input id={`${id}-user`} name="user" required spellCheck={false} autoComplete="off" />
      <label htmlFor={`${id}-profile`}>{t("policies.profile.name")}</label>
      <select id={`${id}-profile`} name="profile" required>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </RuleDialog>
  );
}
