import type { Session } from "./types";

/** A refusal by the service: RFC 9457, with the place in the text it is about when there is one. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly code: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The language of the message, where the service could not say it in the one that was asked for. */
  readonly language: string | null;

  constructor(status: number, body: Record<string, unknown>) {
    super(text(body["detail"]) ?? text(body["title"]) ?? `HTTP ${status}`);
    this.status = status;
    this.title = text(body["title"]) ?? `HTTP ${status}`;
    this.code = text(body["code"]);
    this.line = typeof body["line"] === "number" ? body["line"] : null;
    this.column = typeof body["column"] === "number" ? body["column"] : null;
    this.language = text(body["detailLanguage"]);
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** The service could not be reached; nothing was done. */
export class Unreachable extends Error {}

type Parameters = Record<string, string | number | readonly string[] | null | undefined>;

/** Speaks HTTP to one service. The CSRF token lives here, in memory, and nowhere else. */
export class Client {
  #csrfToken: string | null = null;
  #language = "en";
  #ended: () => void = () => {};

  /** What the service says to people from now on is in this language, as far as it knows it. */
  speak(language: string): void {
    this.#language = language;
  }

  /** Called once a request finds that the session is over. */
  onSessionEnd(listener: () => void): void {
    this.#ended = listener;
  }

  async session(): Promise<Session | null> {
    try {
      return this.#adopt(await this.#send<Session>("GET", "/session"));
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) return null;
      throw problem;
    }
  }

  async signIn(user: string, password: string): Promise<Session> {
    return this.#adopt(await this.#send<Session>("POST", "/session", { user, password }));
  }

  async signOut(): Promise<void> {
    await this.#send("DELETE", "/session");
    this.#csrfToken = null;
  }

  get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
    return this.#request<T>("GET", path + queryString(parameters), undefined, signal);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>("PUT", path, body);
  }

  /** Changes a part of what `edition` names; refused with 409 if it is another by now. */
  patch<T>(path: string, body: unknown, edition: string): Promise<T> {
    return this.#request<T>("PATCH", path, body, undefined, { "If-Match": `"${edition}"` });
  }

  delete<T>(path: string): Promise<T> {
    return this.#request<T>("DELETE", path);
  }

  #adopt(session: Session): Session {
    this.#csrfToken = session.csrfToken;
    return session;
  }

  /** A file that may be long, with how much of it is here so far; it can be given up. */
  async download(path: string, parameters: Parameters, onProgress: (bytes: number) => void, signal: AbortSignal) {
    const response = await fetch(`/api/v1${path}${queryString(parameters)}`, {
      credentials: "same-origin",
      cache: "no-store",
      headers: { "Accept-Language": this.#language },
      signal,
    });
    if (!response.ok) {
      if (response.status === 401) this.#ended();
      const content: unknown = await response.json().catch(() => null);
      throw new Problem(response.status, typeof content === "object" && content !== null ? { ...content } : {});
    }
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      parts.push(part.value);
      size += part.value.length;
      onProgress(size);
    }
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "download";
    return { name, content: new Blob(parts, { type: response.headers.get("Content-Type") ?? "" }) };
  }

  async #request<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    more: Record<string, string> = {},
  ): Promise<T> {
    try {
      return await this.#send<T>(method, path, body, signal, more);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status === 401) this.#ended();
      // Another tab signed in again: the cookie is new and this tab's token is not.
      if (problem.status === 403 && problem.code === "csrf" && (await this.session()) !== null) {
        return this.#send<T>(method, path, body, signal, more);
      }
      throw problem;
    }
  }

  async #send<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    more: Record<string, string> = {},
  ): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": this.#language, ...more };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.#csrfToken !== null) headers["X-CSRF-Token"] = this.#csrfToken;
    let response: Response;
    try {
      response = await fetch(`/api/v1${path}`, {
        method,
        headers,
        credentials: "same-origin",
        cache: "no-store",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
      throw new Unreachable();
    }
    const content: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      throw new Problem(response.status, typeof content === "object" && content !== null ? { ...content } : {});
    }
    return content as T;
  }
}

/** `?a=1&b=2&b=3` of the parameters that have a value, or several; or nothing. */
export function queryString(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) value.forEach((each) => search.append(name, String(each)));
    else if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const joined = search.toString();
  return joined === "" ? "" : `?${joined}`;
}

export const client = new Client();
