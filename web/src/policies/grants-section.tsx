import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useSearchParams } from "react-router";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { Listing } from "../ui/listing";
import { Empty } from "../ui/states";
import type { Planned } from "./consequences";
import { grantOf } from "./draft";
import { GrantForm } from "./grant-form";
import styles from "./policies.module.css";
import { grants } from "./queries";
import { OnWhat, SourceMark, tagText, Who } from "./sentence";
import type { PolicyGrant } from "./types";

const sources = ["hand", "passed-on", "policy-file", "request", "broken-glass"] as const;
const sourceWords = {
  hand: "policies.source.hand",
  "passed-on": "policies.source.passed",
  "policy-file": "policies.source.files",
  request: "policies.source.request",
  "broken-glass": "policies.source.glass",
} as const;

/** Grants as sentences, found by whom, on what and whence; administrators make and take back. */
export function GrantsSection({ change }: { change: ((planned: Planned) => void) | null }) {
  const { t } = useWords();
  const [parameters, setParameters] = useSearchParams();
  const condition = (name: string) => parameters.get(name) ?? undefined;
  const found = useInfiniteQuery(
    grants({ principal: condition("principal"), table: condition("table"), source: condition("source") }),
  );
  const [writing, setWriting] = useState(false);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const next: Record<string, string> = {};
    for (const name of ["principal", "table", "source"]) {
      const value = String(data.get(name) ?? "").trim();
      if (value !== "") next[name] = value;
    }
    setParameters(next);
  };
  const takeBack = (grant: PolicyGrant) =>
    change?.({
      title: t("policies.grant.takeBack"),
      change: { revoke: grant.id },
      ...(grant.source.startsWith("policy-file") ? { note: t("policies.fileNote") } : {}),
      save: () => client.delete(`/grants/${encodeURIComponent(grant.id)}`),
    });

  return (
    <>
      <form className={forms.line} onSubmit={submit} key={parameters.toString()} onReset={() => setParameters({})}>
        <label>
          {t("policies.grant.who")}
          <input name="principal" defaultValue={condition("principal")} autoComplete="off" spellCheck={false} />
        </label>
        <label>
          {t("policies.grant.table")}
          <input name="table" defaultValue={condition("table")} autoComplete="off" spellCheck={false} />
        </label>
        <label>
          {t("policies.grant.source")}
          <select name="source" defaultValue={condition("source") ?? ""}>
            <option value="">{t("policies.anySource")}</option>
            {sources.map((source) => (
              <option key={source} value={source}>
                {t(sourceWords[source])}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit">{t("audit.apply")}</Button>
        <Button type="reset" kind="quiet">
          {t("audit.reset")}
        </Button>
        {change !== null && (
          <Button kind="primary" className={styles.make} onClick={() => setWriting(true)}>
            {t("policies.grant.new")}
          </Button>
        )}
      </form>
      <Listing found={found} empty={<Empty title={t("policies.grants.empty")}>{t("policies.grants.empty.what")}</Empty>}>
        {(items) => (
          <ul className={styles.rules} aria-label={t("policies.section.grants")}>
            {items.map((grant) => (
              <li key={grant.id} data-testid="grant">
                <div>
                  <GrantSentence grant={grant} />
                  <p className={styles.whence}>
                    <SourceMark source={grant.source} />
                    {grant.reason !== "" && <span>“{grant.reason}”</span>}
                  </p>
                </div>
                {change !== null && !/^(request|broken-glass)/.test(grant.source) && (
                  <Button kind="quiet" onClick={() => takeBack(grant)}>
                    {t("policies.takeBack")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Listing>
      {change !== null && (
        <GrantForm
          open={writing}
          onClose={() => setWriting(false)}
          onReady={(draft) => {
            const grant = grantOf(draft);
            setWriting(false);
            change({ title: t("policies.grant.new"), change: { grant }, save: () => client.post("/grants", grant) });
          }}
        />
      )}
    </>
  );
}

function GrantSentence({ grant }: { grant: PolicyGrant }) {
  const { t } = useWords();
  const over = grant.until !== null && Date.parse(grant.until) <= Date.now();
  return (
    <p>
      <Who grantee={grant.grantee} /> {t("policies.may")} <span className="mono">{grant.permissions.join(", ")}</span>{" "}
      {t("policies.onWhat")} <OnWhat on={grant.on} />
      {grant.from !== null && (
        <>
          , {t("policies.from")} <Moment at={grant.from} exact />
        </>
      )}
      {grant.until !== null && (
        <>
          , {t("policies.until")} <Moment at={grant.until} exact />
        </>
      )}
      {Object.keys(grant.when).length > 0 && `, ${t("policies.when", { tags: tagText(grant.when, t) })}`}
      {grant.purpose !== "" && `, ${t("policies.forPurpose", { purpose: grant.purpose })}`}
      {grant.grantable.length > 0 && `; ${t("policies.grantable", { permissions: grant.grantable.join(", ") })}`}
      {over && <strong className={styles.over}> {t("policies.over")}</strong>}
    </p>
  );
}
