import type { ReactNode } from "react";
import { Link } from "react-router";
import type { RequestGrantee } from "../api/types";
import { useWords, type Words } from "../i18n/i18n";
import type { On, Tags } from "./types";

/** `pii = low or none and zone = curated`, in the reader's language. */
export function tagText(tags: Tags, t: Words["t"]): string {
  return Object.entries(tags)
    .map(([key, values]) => `${key} = ${values.join(` ${t("policies.or")} `)}`)
    .join(` ${t("policies.and")} `);
}

/** Whom a grant is to. */
export function Who({ grantee }: { grantee: RequestGrantee }) {
  const { t } = useWords();
  return (
    <>
      {t(grantee.user ? "policies.user" : "policies.profile")} <strong>{grantee.user ?? grantee.profile}</strong>
    </>
  );
}

/** What a policy is on, as part of a sentence. */
export function OnWhat({ on }: { on: On }): ReactNode {
  const { t } = useWords();
  const name = on.name ?? "";
  switch (on.kind) {
    case "table":
      return <Table name={name} />;
    case "columns":
      return (
        <>
          <span className="mono">{(on.columns ?? []).join(", ") || t("policies.someColumns")}</span> {t("policies.of")}{" "}
          <Table name={name} />
        </>
      );
    case "cells":
      return (
        <>
          {t("policies.on.cells", { filter: on.filter ?? "–" })} <Table name={name} />
        </>
      );
    case "tablesTagged":
    case "databasesTagged":
    case "columnsTagged":
      return t(`policies.on.${on.kind}`, { tags: tagText(on.tags ?? {}, t) });
    case "catalog":
      return t("policies.on.catalog");
    case "database":
    case "tablesOf":
    case "tablesTaggedAs":
    case "databasesTaggedAs":
    case "location":
      return t(`policies.on.${on.kind}`, { name });
  }
}

function Table({ name }: { name: string }) {
  const [database = "", table = ""] = name.split(".");
  return (
    <Link className="mono" to={`/catalog/${encodeURIComponent(database)}/${encodeURIComponent(table)}/access`}>
      {name}
    </Link>
  );
}

/** Where a policy comes from: files of a workspace, a request, somebody's hand. */
export function SourceMark({ source }: { source: string }) {
  const { t } = useWords();
  const [kind = "", id = ""] = source.split(/:(.*)/s);
  switch (kind) {
    case "request":
      return <Link to={`/requests/${encodeURIComponent(id)}`}>{t("policies.source.request")}</Link>;
    case "policy-file":
      return t("policies.source.file", { workspace: id });
    case "broken-glass":
      return <Link to="/policies/emergencies">{t("policies.source.glass")}</Link>;
    case "hand":
      return t("policies.source.hand");
    case "passed-on":
      return t("policies.source.passedOn", { by: id });
    case "lineage":
      return t("policies.source.lineage");
    default:
      return t("policies.source.builtIn");
  }
}
