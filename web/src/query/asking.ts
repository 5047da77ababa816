/** To what end a query asks and in which workgroup, as the address of its page says; what is absent is as usual. */
export interface Asking {
  purpose?: string;
  workgroup?: string;
}

const names = ["purpose", "workgroup"] as const;

export function askingOf(search: string): Asking {
  const parameters = new URLSearchParams(search);
  const asking: Asking = {};
  for (const name of names) {
    const value = parameters.get(name)?.trim() ?? "";
    if (value !== "") asking[name] = value;
  }
  return asking;
}

/** The same address with one of them changed; an empty one is taken out. */
export function withAsking(search: string, name: keyof Asking, value: string): string {
  const parameters = new URLSearchParams(search);
  if (value === "") parameters.delete(name);
  else parameters.set(name, value);
  const joined = parameters.toString();
  return joined === "" ? "" : `?${joined}`;
}
