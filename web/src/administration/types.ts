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

/** What somebody has been granted, themselves or by a profile. */
/** What a grant is on, as a new one says it. */
export interface GrantedOn {
  table?: string;
  columns?: string[];
  filter?: string;
  tablesOf?: string;
  tablesTagged?: Record<string, string[]>;
  tablesTaggedAs?: string;
}

export interface HeldGrant {
  id: string;
  grantee: { user?: string | null; profile?: string | null };
  resource: string;
  on: GrantedOn | null;
  permissions: string[];
  grantable?: string[];
  from: string | null;
  until: string | null;
  purpose: string;
  source: string;
}

export interface Workgroup {
  name: string;
  enabled: boolean;
  description: string | null;
  outputLocation: string | null;
  enforced: boolean;
  bytesScannedCutoff: number | null;
  concurrency: number | null;
  queueLimit: number | null;
  createdAt: string;
}

export interface EngineMemory {
  usedBytes: number;
  spilledBytes: number;
}

export type StreamKind = "push" | "mqtt" | "kafka" | "kinesis" | "captured";

/** How the service is. */
export interface ServiceHealth {
  status: "up" | "down";
  checks: Record<string, "up" | "down">;
  startedAt: string;
  metadata: "sqlite" | "postgresql";
  disks: { part: string; freeBytes: number; totalBytes: number }[];
  memory: {
    heapBytes: number;
    heapLimitBytes: number;
    engineLimitBytes: number;
    reader: EngineMemory | null;
    writer: EngineMemory | null;
  };
  audit: { records: number; signed: number; retention: string | null };
  queries: {
    running: number;
    queued: number;
    concurrent: number;
    queueLimit: number;
    succeeded: number;
    failed: number;
    cancelled: number;
    workgroups: Record<string, { queued: number; running: number }>;
  };
  runs: { scheduler: boolean; here: number; running: number; queued: number; left: number; nodes: number };
  streams: {
    pipeline: string;
    stage: string;
    kind: StreamKind;
    source: string | null;
    paused: boolean;
    problem: string | null;
    lastState: string | null;
    lastEnded: string | null;
  }[];
}

export type SourceOf = "databases" | "brokers" | "clouds" | "folders";

/** What the settings name for pipelines. */
export interface NamedSource {
  of: SourceOf;
  name: string;
  kind: string;
  usedBy: string[];
  publishedBy: string[];
  uses: { pipeline: string; stage: string; writes: boolean }[];
}

export interface Checked {
  reachable: boolean;
  problem: "unknown-host" | "timeout" | "refused" | "not-writable" | null;
  millis: number;
}

export interface StoredTable {
  database: string;
  name: string;
  zone: "raw" | "curated" | "consumption";
  files: number | null;
  bytes: number | null;
  deleteFiles: number | null;
  snapshots: number | null;
  updatedAt: string | null;
}

export interface MaintainingPipeline {
  pipeline: string;
  stages: string[];
  paused: boolean;
  nextDue: string | null;
  lastRun: { id: string; state: "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED"; endedAt: string | null } | null;
  gained: {
    run: string;
    tables: number;
    filesBefore: number;
    filesAfter: number;
    removedFiles: number;
    removedBytes: number;
    problems: number;
  } | null;
}
