import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { heldOn, passedOn } from "../administration/queries";
import type { GrantedOn, HeldGrant } from "../administration/types";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { useSession } from "../session/session";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import forms from "../ui/form.module.css";
import tables from "../ui/table.module.css";
import styles from "./dataset.module.css";

/** Something that one may give others: what it is on, and what may be done with it. */
interface Offer {
  on: GrantedOn;
  permissions: string[];
}

/** Gives others what one holds oneself of a table and may pass on, and takes it back; who may give nothing on is shown nothing. */
export function PassOn({ table }: { table: string }) {
  const { t } = useWords();
  const words = useOnWords();
  const { session } = useSession();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [done, setDone] = useState("");
  const found = useInfiniteQuery(heldOn(session.user, table));
  const given = useInfiniteQuery(passedOn(table));
  const offers = offered(found.data?.pages.flatMap((page) => page.items) ?? []);
  const passed = given.data?.pages.flatMap((page) => page.items) ?? [];
  if (offers.length === 0 && passed.length === 0) return null;
  const begin = () => {
    setDone("");
    setAct({
      title: t("pass.title", { table }),
      verb: t("pass.do"),
      body: <Fields offers={offers} />,
      run: async (data) => {
        const text = (name: string) => String(data.get(name) ?? "").trim();
        const on = offers[Number(text("on"))]?.on ?? {};
        const columns = data.getAll("column").map(String);
        const permissions = data.getAll("permission").map(String);
        if (text("to") === "") return t("policies.missing.to");
        if (permissions.length === 0) return t("policies.missing.permissions");
        if (on.columns !== undefined && columns.length === 0) return t("policies.missing.columns");
        await client.post("/grants", {
          grantee: { [text("kind")]: text("to") },
          resource: on.columns === undefined ? on : { ...on, columns },
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
  const takeBack = (grant: HeldGrant) => {
    const to = grant.grantee.user ?? grant.grantee.profile ?? "";
    setDone("");
    setAct({
      title: t("pass.takeTitle", { to }),
      verb: t("policies.takeBack"),
      body: <p>{t("pass.takeWhat", { to, permissions: grant.permissions.join(", ") })}</p>,
      run: async () => {
        await client.delete(`/grants/${encodeURIComponent(grant.id)}`);
        await cache.invalidateQueries();
        setDone(t("pass.taken", { to, permissions: grant.permissions.join(", ") }));
      },
    });
  };
  return (
    <section aria-label={t("pass.heading")}>
      <h2>{t("pass.heading")}</h2>
      {offers.length > 0 && (
        <>
          <p className="soft">{t("pass.what", { permissions: [...new Set(offers.flatMap((each) => each.permissions))].join(", ") })}</p>
          <div>
            <Button onClick={begin}>{t("pass.do")}…</Button>
          </div>
        </>
      )}
      <p role="status" data-testid="passed-on">
        {done}
      </p>
      {passed.length > 0 && (
        <>
          <h3>{t("pass.given")}</h3>
          <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("pass.given")}>
            <table className={tables.table} data-testid="given">
              <thead>
                <tr>
                  <th scope="col">{t("policies.grant.to")}</th>
                  <th scope="col">{t("held.on")}</th>
                  <th scope="col">{t("held.permissions")}</th>
                  <th scope="col">{t("token.expires")}</th>
                  <th scope="col">
                    <span className="hidden-visually">{t("policies.takeBack")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {passed.map((grant) => (
                  <tr key={grant.id}>
                    <th scope="row">{grant.grantee.user ?? t("pass.profile", { profile: grant.grantee.profile ?? "" })}</th>
                    <td className={tables.wrap}>{grant.on === null ? grant.resource : (grant.on.columns?.join(", ") ?? words(grant.on))}</td>
                    <td>{grant.permissions.join(", ")}</td>
                    <td>{grant.until === null ? t("token.never") : <Moment at={grant.until} exact />}</td>
                    <td>
                      <Button kind="quiet" aria-label={`${t("policies.takeBack")} ${grant.grantee.user ?? grant.grantee.profile}`} onClick={() => takeBack(grant)}>
                        {t("policies.takeBack")}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <ActDialog act={act} onClose={() => setAct(null)} />
    </section>
  );
}

const over = (until: string | null) => until !== null && Date.parse(until) <= Date.now();

/** What grants let one give on, the widest first; columns that several grants name are one thing. */
function offered(held: HeldGrant[]): Offer[] {
  const offers = new Map<string, Offer>();
  for (const { on, grantable, until } of held) {
    if (on === null || grantable === undefined || grantable.length === 0 || over(until)) continue;
    const key = on.columns === undefined ? JSON.stringify(on) : "columns";
    const known = offers.get(key);
    offers.set(key, {
      on: on.columns === undefined ? on : { ...on, columns: [...new Set([...(known?.on.columns ?? []), ...on.columns])] },
      permissions: [...new Set([...(known?.permissions ?? []), ...grantable])],
    });
  }
  const rank = ({ on }: Offer) => (on.table === undefined ? 3 : on.columns !== undefined ? 1 : on.filter !== undefined ? 2 : 0);
  return [...offers.values()].sort((one, other) => rank(one) - rank(other));
}

function useOnWords(): (on: GrantedOn) => string {
  const { t } = useWords();
  return (on) => {
    if (on.columns !== undefined) return t("pass.on.columns");
    if (on.filter !== undefined) return t("pass.on.filter", { filter: on.filter });
    if (on.tablesOf !== undefined) return t("pass.on.tablesOf", { database: on.tablesOf });
    if (on.tablesTagged !== undefined) {
      const tags = Object.entries(on.tablesTagged).map(([key, values]) => values.map((value) => `${key}=${value}`).join(", "));
      return t("pass.on.tagged", { tags: tags.join("; ") });
    }
    return on.tablesTaggedAs === undefined ? t("pass.on.table") : t("pass.on.tagged", { tags: on.tablesTaggedAs });
  };
}

function Fields({ offers }: { offers: Offer[] }) {
  const { t } = useWords();
  const id = useId();
  const words = useOnWords();
  const [chosen, setChosen] = useState(0);
  const offer = offers[chosen] ?? { on: {}, permissions: [] };
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
      {offers.length === 1 ? (
        <>
          <input type="hidden" name="on" value="0" />
          {offer.on.columns === undefined && offer.on.table === undefined && (
            <p>{words(offer.on)}</p>
          )}
        </>
      ) : (
        <>
          <label htmlFor={`${id}-on`}>{t("held.on")}</label>
          <select id={`${id}-on`} name="on" value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
            {offers.map(({ on }, index) => (
              <option key={JSON.stringify(on)} value={index}>
                {words(on)}
              </option>
            ))}
          </select>
        </>
      )}
      {offer.on.columns !== undefined && (
        <fieldset key={`columns${chosen}`}>
          <legend>{t("access.columns")}</legend>
          <div className={`${forms.choices} ${styles.passedColumns}`}>
            {offer.on.columns.map((column) => (
              <label key={column} className={forms.check}>
                <input type="checkbox" name="column" value={column} />
                <span className="mono">{column}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <fieldset key={`permissions${chosen}`}>
        <legend>{t("request.permission")}</legend>
        <div className={forms.choices}>
          {offer.permissions.map((permission) => (
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
