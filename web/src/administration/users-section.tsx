import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { profiles } from "../policies/queries";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { NewPassword } from "./password";
import { users } from "./queries";
import type { User } from "./types";

/** Everybody who may sign in, and programs. */
export function UsersSection() {
  const { t } = useWords();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [parameters, setParameters] = useSearchParams();
  const [act, setAct] = useState<Act | null>(null);
  const q = parameters.get("q") ?? "";
  const found = useInfiniteQuery(users(q));
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("q") ?? "").trim();
    setParameters(text === "" ? {} : { q: text });
  };
  const create = () =>
    setAct({
      title: t("user.new"),
      verb: t("user.make"),
      body: <NewUserFields />,
      run: async (data) => {
        const text = (name: string) => String(data.get(name) ?? "").trim();
        const password = String(data.get("password") ?? "");
        if (password !== String(data.get("again") ?? "")) return t("password.differs");
        const made = await client.post<User>("/users", {
          name: text("name"),
          kind: text("kind"),
          ...(text("displayName") === "" ? {} : { displayName: text("displayName") }),
          ...(password === "" ? {} : { password }),
          profiles: data.getAll("profiles").map(String),
        });
        await cache.invalidateQueries({ queryKey: ["users"] });
        void navigate(`/administration/users/${encodeURIComponent(made.name)}`);
        return undefined;
      },
    });
  return (
    <>
      <form className={forms.line} onSubmit={search} key={q} role="search">
        <label>
          {t("user.search")}
          <input name="q" type="search" defaultValue={q} autoComplete="off" spellCheck={false} />
        </label>
        <Button type="submit">{t("user.find")}</Button>
        <Button kind="primary" className={styles.make} onClick={create}>
          {t("user.new")}
        </Button>
      </form>
      <Listing found={found} empty={<Empty title={t("user.none")}>{q !== "" && t("user.none.q", { q })}</Empty>}>
        {(items) => (
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("administration.users")}>
            <table className={tables.table} data-testid="users">
              <thead>
                <tr>
                  <th scope="col">{t("user.name")}</th>
                  <th scope="col">{t("user.displayName")}</th>
                  <th scope="col">{t("user.kind")}</th>
                  <th scope="col">{t("user.profiles")}</th>
                  <th scope="col">{t("user.state")}</th>
                  <th scope="col">{t("credential.made")}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((user) => (
                  <tr key={user.name}>
                    <th scope="row">
                      <Link to={`/administration/users/${encodeURIComponent(user.name)}`}>{user.name}</Link>
                    </th>
                    <td>{user.displayName}</td>
                    <td>{t(`user.kind.${user.kind}`)}</td>
                    <td className={tables.wrap}>{user.profiles.length === 0 ? t("frame.noProfile") : user.profiles.join(", ")}</td>
                    <td>
                      <UserState user={user} />
                    </td>
                    <td>
                      <Moment at={user.createdAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Listing>
      <ActDialog act={act} onClose={() => setAct(null)} />
    </>
  );
}

/** Whether somebody may sign in: by a sign and a word. */
export function UserState({ user }: { user: User }) {
  const { t } = useWords();
  return (
    <span className={styles.state} data-state={user.disabled ? "off" : "on"}>
      <i aria-hidden="true" />
      {t(user.disabled ? "user.disabled" : "user.enabled")}
    </span>
  );
}

function NewUserFields() {
  const { t } = useWords();
  const id = useId();
  const [kind, setKind] = useState("human");
  const found = useInfiniteQuery(profiles());
  const names = [...new Set(found.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? [])];
  return (
    <>
      <label htmlFor={`${id}-name`}>{t("user.name")}</label>
      <input
        id={`${id}-name`}
        name="name"
        required
        pattern="[a-z0-9][a-z0-9._@\-]{0,127}"
        aria-describedby={`${id}-rule`}
        autoComplete="off"
        spellCheck={false}
      />
      <p id={`${id}-rule`} className={forms.note}>
        {t("user.name.rule")}
      </p>
      <label htmlFor={`${id}-display`}>{t("user.displayName")}</label>
      <input id={`${id}-display`} name="displayName" maxLength={200} autoComplete="off" />
      <label htmlFor={`${id}-kind`}>{t("user.kind")}</label>
      <select id={`${id}-kind`} name="kind" value={kind} onChange={(event) => setKind(event.target.value)}>
        <option value="human">{t("user.kind.human")}</option>
        <option value="service">{t("user.kind.service")}</option>
      </select>
      {kind === "human" ? <NewPassword id={id} optional /> : <p className={forms.note}>{t("user.kind.service.what")}</p>}
      {names.length > 0 && (
        <fieldset>
          <legend>{t("user.profiles")}</legend>
          <div className={forms.choices}>
            {names.map((name) => (
              <label key={name} className={forms.check}>
                <input type="checkbox" name="profiles" value={name} />
                {name}
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}
