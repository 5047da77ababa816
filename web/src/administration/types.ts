/** A user, as administrators are told of one. */
export interface User {
  name: string;
  displayName: string;
  kind: "human" | "service";
  disabled: boolean;
  hasPassword: boolean;
  profiles: string[];
  attributes: Record<string, string>;
  createdAt: string;
}

/** How much of what somebody signs in with has ended. */
export interface Revoked {
  sessions: number;
  tokens: number;
  accessKeys: number;
}

export interface Token {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export interface Key {
  accessKeyId: string;
  createdAt: string;
  lastUsedAt: string | null;
}
