import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { heldOn } from "../administration/queries";
import { client } from "../api/client";
import { useWords } from "../i18n/i18n";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import forms from "../ui/form.module.css";

/** Gives others what one holds oneself of a table and may pass on; who holds nothing of that kind is shown nothing. */
export function PassOn({ table }: { table: string }) {
  const { t } = useWords();
  const { session } = useSession();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  const found = useInfiniteQuery(heldOn(session.user, table));
  const held = found.data?.pages.flatMap((page) => page.items) ?? [];
  // What one has of some columns or rows only is passed on by statements: GRANT SELECT (…) ON … TO ….
  const grantable = [
    ...new Set(held.filter(({ resource }) => resource === `table ${table}`).flatMap((grant) => (over(grant.until) ? [] : (grant.grantable ?? [])))),
  ];
  if (grantable.length === 0) return null;
  const begin = () => {
    setDone("");
    setAct({
      title: t("pass.title", { table }),
      verb: t("pass.do"),
      body: <Fields grantable={grantable} />,
      run: async (data) => {
        const text = (name: string) => String(data.get(name) ?? "").trim();
        const permissions = data.getAll("permission").map(String);
        if (text("to") === "") return t("policies.missing.to");
        if (permissions.length === 0) return t("policies.missing.permissions");
        await client.post("/grants", {
          grantee: { [text("kind")]: text("to") },
          resource: { table },
          permissions,
          ...(data.get("option") === null ? {} : { grantOption: true }),
          ...(text("until") === "" ? {} : { until: `${text("until")}T00:00:00Z` }),
          ...(text("reason") === "" ? {} : { reason: text("reason") }),
        });
        await cache.invalidateQueries();
        setDone(t("pass.done", { to: text("to"), permissions: permissions.join(", ") }));
        return undefined;
      },
    });
  };
  return (
    <section aria-label={t("pass.heading")}>
      <h2>{t("pass.heading")}</h2>
      <p className="soft">{t("pass.what", { permissions: grantable.join(", ") })}</p>
      <div>
        <Button onClick={begin}>{t("pass.do")}…</Button>
      </div>
      <p role="status" data-testid="passed-on">
        {done}
      </p>
      <ActDialog act={act} onClose={() => setAct(null)} />
    </section>
  );
}

const over = (until: string | null) => until !== null && Date.parse(until) <= Date.now();

function Fields({ grantable }: { grantable: string[] }) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <div className={forms.pair}>
        <div>
          <label htmlFor={`${id}-kind`}>{t("policies.grant.toKind")}</label>
          <select id={`${id}-kind`} name="kind">
            <option value="user">{t("policies.user")}</option>
            <option value="profile">{t("policies.profile")}</option>
          </select>
        </div>
        <div>
          <label htmlFor={`${id}-to`}>{t("policies.grant.to")}</label>
          <input id={`${id}-to`} name="to" autoComplete="off" spellCheck={false} />
        </div>
      </div>
      <fieldset>
        <legend>{t("request.permission")}</legend>
        <div className={forms.choices}>
          {grantable.map((permission) => (
            <label key={permission} className={forms.check}>
              <input type="checkbox" name="permission" value={permission} defaultChecked={permission === "SELECT"} />
              <span className="mono">{permission}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label htmlFor={`${id}-until`}>{t("policies.grant.until")}</label>
      <input id={`${id}-until`} name="until" type="date" />
      <label htmlFor={`${id}-reason`}>{t("policies.grant.reason")}</label>
      <input id={`${id}-reason`} name="reason" autoComplete="off" />
      <label className={forms.check}>
        <input type="checkbox" name="option" />
        {t("policies.grant.option")}
      </label>
      <p className={forms.note}>{t("pass.guards")}</p>
    </>
  );
}
