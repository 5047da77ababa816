import type { Session } from "../api/types";

export type Capability = "catalog" | "query" | "dashboards" | "models" | "requests" | "reviews" | "pipelines" | "policies" | "classification" | "audit" | "administration";

/** The pages that are there for somebody: as the service says, or by profile where it does not say. */
export function capabilities(session: Session): Set<Capability> {
  if (session.capabilities !== undefined) return new Set(session.capabilities as Capability[]);
  const has = (word: string) => session.profiles.some((profile) => profile.toLowerCase().includes(word));
  const pages = new Set<Capability>(["catalog", "query", "requests"]);
  if (session.administrator || has("auditor")) pages.add("audit").add("policies");
  if (session.administrator || has("auditor") || has("steward")) pages.add("reviews");
  if (session.administrator || session.profiles.some((profile) => !/audit|analyst/i.test(profile))) pages.add("pipelines");
  return pages;
}
