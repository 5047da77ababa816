import type { IconName } from "../design/icons";
import type { Capability } from "../session/capabilities";

/** A part of the console that one can go to. */
export interface Place {
  name: Capability | "home";
  to: string;
  icon: IconName;
  /** Where else in the console this place is. */
  also?: string;
}

const places: Place[] = [
  { name: "home", to: "/", icon: "home" },
  { name: "catalog", to: "/catalog", icon: "catalog" },
  { name: "query", to: "/query", icon: "query" },
  { name: "dashboards", to: "/dashboards", icon: "dashboards", also: "/charts/" },
  { name: "requests", to: "/requests", icon: "requests" },
  { name: "reviews", to: "/reviews", icon: "reviews" },
  { name: "pipelines", to: "/pipelines", icon: "pipelines", also: "/runs/" },
  { name: "models", to: "/models", icon: "models" },
  { name: "policies", to: "/policies", icon: "policies" },
  { name: "classification", to: "/classification", icon: "tag" },
  { name: "audit", to: "/audit", icon: "audit" },
  { name: "administration", to: "/administration", icon: "administration" },
];

/** Those that somebody has any use for; home is everybody's. */
export function placesOf(capabilities: Set<Capability>): Place[] {
  return places.filter(({ name }) => name === "home" || capabilities.has(name));
}

/** As many as a narrow screen has room for, beside the mark that leads home. */
const ROOM = 5;

/** Those that a narrow screen has no room for, when one of its places leads to them; none if all have room. */
export function beyondBar(all: Place[]): Place[] {
  const beside = all.filter(({ name }) => name !== "home");
  return beside.length <= ROOM ? [] : beside.slice(ROOM - 1);
}

export function isAt({ to, also }: Place, pathname: string): boolean {
  if (to === "/") return pathname === "/";
  return pathname === to || pathname.startsWith(`${to}/`) || (also !== undefined && pathname.startsWith(also));
}
