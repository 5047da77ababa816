/** A date-time field speaks local time, the API UTC. */
export function instant(value: string): string {
  return new Date(value).toISOString();
}

/** A moment as such a field writes it; nothing for what is none. */
export function local(iso: string | undefined): string | undefined {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return undefined;
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
