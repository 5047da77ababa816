import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useId, type FormEvent } from "react";
import { Link, useSearchParams } from "react-router";
import { ColumnStateMark } from "../access/column-state";
import { Reasons } from "../access/reasons";
import { Problem } from "../api/client";
import { explainedAccess, type Explained, type Somebody } from "../api/explained";
import type { ColumnState, Dataset } from "../api/types";
import { useWords } from "../i18n/i18n";
import { rowsOf } from "../policies/effects";
import { profiles } from "../policies/queries";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { Failure, NotForYou, WhyNot, Waiting } from "../ui/states";
import { instant, local } from "../ui/times";
import { BreakGlass } from "./break-glass";
import styles from "./dataset.module.css";
import { PassOn } from "./pass-on";
import { WhoSees } from "./who-sees";

const order: ColumnState[] = ["visible", "masked", "conditional", "hidden"];

/** Why one can or cannot see this, in words; of others for those who watch over the table, and never any data. */
export function AccessTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const [database, name] = [dataset.database, dataset.name];
  const who: Somebody = {
    user: parameters.get("user") ?? undefined,
    profile: parameters.get("profile") ?? undefined,
    at: parameters.get("at") ?? undefined,
  };
  const others = who.user !== undefined || who.profile !== undefined;
  const own = useQuery(explainedAccess(database, name, {}));
  const found = useQuery({ ...explainedAccess(database, name, others ? who : {}), enabled: others || own.isSuccess });
  const watches = own.data?.ofOthers ?? false;

  return (
    <div className={styles.words}>
      {watches && <SeeAs key={parameters.toString()} who={who} onChange={setParameters} />}
      {others && found.data !== undefined && <About explained={found.data} at={who.at} />}
      {found.data !== undefined ? (
        <Known explained={found.data} own={!others} />
      ) : found.error instanceof Problem && found.error.status === 403 ? (
        <NotForYou title={t("state.notYours")}><WhyNot by={found.error} /></NotForYou>
      ) : (found.error ?? own.error) !== null ? (
        <Failure error={found.error ?? own.error} onRetry={() => void (own.isError ? own : found).refetch()} />
      ) : (
        <Waiting rows={8} />
      )}
      {watches && !others && (
        <WhoSees dataset={dataset} column={parameters.get("sees") ?? undefined} at={who.at} onChange={setParameters} />
      )}
      {!others && own.data !== undefined && <PassOn table={`${database}.${name}`} />}
      {!others && own.data !== undefined && <BreakGlass table={`${database}.${name}`} may={own.data.breakGlass} />}
    </div>
  );
}

/** Chooses through whose eyes the table is looked at. */
function SeeAs({ who, onChange }: { who: Somebody; onChange(next: Record<string, string>): void }) {
  const { t } = useWords();
  const id = useId();
  const known = useInfiniteQuery(profiles());
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = String(data.get("name") ?? "").trim();
    const at = String(data.get("at") ?? "");
    onChange(
      name === ""
        ? {}
        : { [data.get("kind") === "user" ? "user" : "profile"]: name, ...(at === "" ? {} : { at: instant(at) }) },
    );
  };
  return (
    <form className={forms.line} onSubmit={submit} aria-label={t("access.seeAs")}>
      <label htmlFor={`${id}-kind`}>
        {t("access.seeAs")}
        <select id={`${id}-kind`} name="kind" defaultValue={who.user === undefined ? "profile" : "user"}>
          <option value="profile">{t("policies.profile")}</option>
          <option value="user">{t("policies.user")}</option>
        </select>
      </label>
      <label htmlFor={`${id}-name`}>
        {t("policies.grant.to")}
        <input
          id={`${id}-name`}
          name="name"
          defaultValue={who.user ?? who.profile}
          list={`${id}-profiles`}
          autoComplete="off"
          spellCheck={false}
        />
        <datalist id={`${id}-profiles`}>
          {[...new Set(known.data?.pages.flatMap((page) => page.items.map((each) => each.name)))].map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </label>
      <label htmlFor={`${id}-at`}>
        {t("sees.at")}
        <input id={`${id}-at`} name="at" type="datetime-local" step="1" defaultValue={local(who.at)} />
      </label>
      <Button type="submit">{t("access.look")}</Button>
      {(who.user ?? who.profile) !== undefined && (
        <Button kind="quiet" onClick={() => onChange({})}>
          {t("access.backToOwn")}
        </Button>
      )}
    </form>
  );
}

function About({ explained, at }: { explained: Explained; at: string | undefined }) {
  const { t, dateTime } = useWords();
  const { user, profile } = explained.who;
  return (
    <p className={styles.about} role="status" data-testid="seen-as">
      {profile ? t("access.asProfile", { profile }) : t("access.asUser", { user: user ?? "" })}{" "}
      {at !== undefined && <span>{t("sees.asOf", { at: dateTime(at) })} </span>}
      {!explained.known && <strong>{t("access.unknown")}</strong>}
    </p>
  );
}

function Known({ explained, own }: { explained: Explained; own: boolean }) {
  const { t } = useWords();
  const rows = rowsOf(explained.rows);
  return (
    <>
      <section>
        <h2>{t("access.rows")}</h2>
        {!explained.select ? (
          <p>{t(own ? "access.rows.none" : "access.rows.noneFor")}</p>
        ) : rows === null ? (
          <p>{t(own ? "access.rows.all" : "access.rows.allFor")}</p>
        ) : (
          <>
            <p>{t(own ? "access.rows.some" : "access.rows.someFor")}</p>
            <pre className={styles.predicate}>{rows === false ? "FALSE" : rows}</pre>
          </>
        )}
      </section>
      <section>
        <h2>{t("access.columns")}</h2>
        {order.map((state) => (
          <Group key={state} state={state} explained={explained} own={own} />
        ))}
      </section>
      <section>
        <h2>{t("band.why")}</h2>
        <Reasons because={explained.because} />
      </section>
      {explained.notCounting.length > 0 && (
        <section>
          <h2>{t("access.notCounting")}</h2>
          <p className="soft">{t("access.notCounting.what")}</p>
          <Reasons because={explained.notCounting} />
        </section>
      )}
    </>
  );
}

function Group({ state, explained, own }: { state: ColumnState; explained: Explained; own: boolean }) {
  const { t } = useWords();
  const columns = explained.columns.filter(({ access }) => access.state === state);
  if (columns.length === 0) return null;
  return (
    <div className={styles.group}>
      <h3>
        <ColumnStateMark access={{ state, because: [] }} />
        <span className="soft"> {t("band.columns", { n: columns.length })}</span>
      </h3>
      {own && <p className="soft">{t(`column.${state}.what`)}</p>}
      <ul className={styles.columns}>
        {columns.map(({ name, access }) => (
          <li key={name}>
            {own ? (
              <Link
                to={{ pathname: "../schema", search: `?column=${encodeURIComponent(name)}` }}
                relative="path"
                className="mono"
              >
                {name}
              </Link>
            ) : (
              <details className={styles.columnWhy}>
                <summary className="mono">{name}</summary>
                <Reasons because={access.because} />
              </details>
            )}
            {(access.mask ?? access.where) && <span className="soft"> {access.mask ?? access.where}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
