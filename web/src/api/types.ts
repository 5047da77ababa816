/** The shapes of `/api/v1`, as far as the console reads them. */

export interface Session {
  user: string;
  displayName?: string;
  profiles: string[];
  csrfToken: string;
  administrator: boolean;
  capabilities?: string[];
}

export type Zone = "raw" | "curated" | "consumption";

export type ColumnState = "visible" | "masked" | "conditional" | "hidden";

/** A grant, guard, tag or default that made a decision what it is. */
export interface Because {
  kind: string;
  id: string;
  text: string;
}

/** How many columns of a table are in each state for the caller. */
export interface ColumnCounts {
  visible: number;
  masked: number;
  conditional: number;
  hidden: number;
}

export interface ListedAccess extends ColumnCounts {
  columns: number;
  rowFilter: boolean;
  select: boolean;
}

export interface DatasetItem {
  uuid: string;
  database: string;
  name: string;
  zone: Zone | null;
  owner: string | null;
  description: string | null;
  tags: Record<string, string>;
  columns: number;
  updatedAt: string | null;
  /** Whether somebody answers for it being fit for use. */
  certified: boolean;
  access: ListedAccess;
  matches?: Match[];
}

/** Where something that was searched for is; `words` are as they stand in the text. */
export interface Match {
  field: "name" | "description" | "owner" | "tag" | "column";
  text: string;
  words: string;
}

/** The values of something among what was found, the most frequent first; so many `others` are not told. */
export interface Facet {
  values: { value: string; count: number }[];
  others: number;
}

export type DatasetFacets = { total: number } & Record<"zone" | "database" | "owner" | "tag" | "access" | "certified", Facet>;

export interface ColumnAccess {
  state: ColumnState;
  mask?: string | null;
  where?: string | null;
  because: Because[];
}

export interface Column {
  id: number;
  name: string;
  type: string;
  nullable: boolean;
  doc: string | null;
  tags: Record<string, string>;
  access: ColumnAccess;
}

export interface Dataset extends Omit<DatasetItem, "access" | "matches" | "certified"> {
  location?: string | null;
  format: string;
  partitioning: string[];
  schema: Column[];
  freshness: { column: string | null; withinSeconds: number } | null;
  /** What this person may change in place, and the edition of what is said now. */
  edits: { words: boolean; owner: boolean; certification: boolean; edition: string; declared: boolean };
  /** Who answers for it being fit for use, why, and up to which day. */
  certification: Certified | null;
  access: {
    select: boolean;
    rows: string | null;
    because: Because[];
    summary: ColumnCounts & { all: number };
  };
}

export interface ResultColumn {
  name: string;
  type: string;
}

export type Cell = string | null;

export interface Sample {
  columns: ResultColumn[];
  rows: Cell[][];
  access?: TableAccess | null;
}

/** What rows are to be near to: a text, or the row that has that value in that column. */
export interface NearestQuestion {
  column: string;
  text?: string;
  like?: Record<string, string | number>;
  k: number;
}

/** Rows, the nearest first, with a column `score`. */
export interface Nearest {
  columns: ResultColumn[];
  rows: Cell[][];
}

export interface Snapshot {
  id: string;
  parentId: string | null;
  committedAt: string;
  operation: string;
  addedRecords: number | null;
  deletedRecords: number | null;
  totalRecords: number | null;
  addedFiles: number | null;
  totalFiles: number | null;
  schemaId: number | null;
  changes: SchemaChange[];
}

/** What became of a column; `from` and `to` are its names, or its types. */
export interface SchemaChange {
  kind: "added" | "dropped" | "renamed" | "retyped";
  column: string;
  from?: string;
  to?: string;
}

/** A page of the history; `uncommitted` is what changed since the newest. */
export interface Snapshots extends Page<Snapshot> {
  uncommitted: SchemaChange[];
}

/** What somebody changed of what is said about a dataset. */
export interface Edit {
  at: string;
  person: string;
  field: "description" | "owner" | "freshness" | "column";
  column?: string;
  from?: string;
  to?: string;
}

/** What somebody said about a dataset, in plain text, and whether this person may change it or take it away. */
export interface Comment {
  number: number;
  at: string;
  person: string;
  text: string;
  edited: string | null;
  mayEdit: boolean;
  mayRemove: boolean;
}

/** A person's statement that a dataset is fit for use. */
export interface Certified {
  at: string;
  person: string;
  note: string;
  until: string | null;
}

/** That it was certified, or that this was withdrawn. */
export interface SaidCertification extends Certified {
  certified: boolean;
}

/** A dataset of which a certification ends soon, or has ended not long ago. */
export interface EndingCertification {
  database: string;
  name: string;
  person: string;
  until: string;
  ended: boolean;
}

/** How a dataset was read in the last 30 days; `who` is told to those who watch over it. */
export interface DatasetUsage {
  since: string;
  told: "people" | "numbers" | "nothing";
  statements: number | null;
  people: number | null;
  days: { day: string; statements: number }[];
  columns: { column: string; statements: number }[];
  who: { person: string; statements: number; last: string }[];
}

/** Two snapshots beside each other, and the question for the rows that differ. */
export interface Comparison {
  from: Snapshot;
  to: Snapshot;
  changes: SchemaChange[];
  sql: string | null;
}

/** What the values of a dataset look like, of the columns that are shown as they are. */
export interface Profile {
  profiledAt: string | null;
  snapshotId: string | null;
  columns: ProfiledColumn[];
}

export interface ProfiledColumn {
  id: number;
  name: string;
  type: string;
  rows: number;
  nulls: number;
  distinct?: number;
  min?: string;
  max?: string;
  mean?: string;
  deviation?: string;
  meanLength?: string;
  maxLength?: string;
  quantiles?: { share: string; value: string }[];
  histogram?: { from: string; to: string; counts: number[] };
  top?: { value: string; rows: number }[];
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total?: number | null;
}

export type ExecutionState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What of one table an answer was made from. */
export interface TableAccess extends ColumnCounts {
  table: string;
  rows: string | null;
  because: Because[];
}

export interface QueryError {
  code: string | null;
  message: string;
  /** Of the message, where the service has no other. */
  messageLanguage?: string;
  line: number | null;
  column: number | null;
}

export interface Execution {
  id: string;
  sql: string;
  database?: string | null;
  state: ExecutionState;
  /** What kind of statement it is, such as SELECT or UNLOAD. */
  statement?: string;
  error?: QueryError | null;
  statistics?: {
    rows: number | null;
    bytesScanned: number | null;
    queuedMs: number | null;
    planningMs: number | null;
    engineMs: number | null;
    totalMs: number | null;
  } | null;
  access?: { tables: TableAccess[] } | null;
  request?: Proposal | null;
  submittedAt: string;
  completedAt: string | null;
}

/** What would have to be asked for, so that a refused statement runs. */
export interface Proposal {
  permission: string;
  items: { dataset: string; columns: string[] }[];
}

export type RequestState =
  | "IN_REVIEW"
  | "CHANGES_REQUESTED"
  | "PROVISIONING"
  | "ACTIVE"
  | "EXPIRED"
  | "REVOKING"
  | "REVOKED"
  | "REJECTED"
  | "WITHDRAWN"
  | "FAILED";

export interface RequestGrantee {
  user?: string | null;
  profile?: string | null;
}

export interface RequestItem {
  id: string;
  requester: string;
  grantee: RequestGrantee;
  state: RequestState;
  permission: string;
  datasets: string[];
  columns: number;
  purpose: string;
  createdAt: string;
  until: string;
  dueAt?: string | null;
  version: number;
  actions: string[];
}

export interface ScopeItem {
  dataset: string;
  columns: string[];
  rows?: string | null;
  /** Names that stand for nothing; told to approvers. */
  missing?: string[] | null;
  /** The columns there are; told to approvers. */
  available?: string[] | null;
}

export interface RequestStep {
  role: "OWNER" | "STEWARD" | "SECURITY";
  approver: string;
  state: "WAITING" | "OPEN" | "APPROVED" | "CLOSED";
  decidedBy: string | null;
  dueAt: string;
  escalated: boolean;
}

/** What was read back from the policies. */
export interface Evidence {
  at: string;
  epoch: number;
  grantee: string;
  byRequest: boolean;
  datasets: { dataset: string; allowed: boolean; rows?: string | null; columns: Record<string, string>; because: string[] }[];
}

export interface RequestEvent {
  number: number;
  at: string;
  actor: string;
  kind: string;
  details: { comment?: string; reason?: string; changes?: string[]; evidence?: Evidence; by?: string };
}

export interface AccessRequest extends Omit<RequestItem, "datasets" | "columns" | "dueAt"> {
  scopeHash?: string | null;
  items: ScopeItem[];
  from: string | null;
  asked: { items: ScopeItem[]; until: string };
  justification: string;
  legalBasis: string;
  ticket: string;
  policyEpoch: number;
  extended: string | null;
  automatic: boolean;
  steps?: RequestStep[] | null;
  sensitive?: boolean | null;
  /** What approving it would come to; for whoever may decide, unless it cannot be approved as it stands. */
  preview?: { at: string; effective: Evidence["datasets"]; consequences: string[] } | null;
  events: RequestEvent[];
}

export interface ResultPage {
  columns: ResultColumn[];
  rows: Cell[][];
  nextCursor: string | null;
}

export interface PipelineItem {
  name: string;
  description: string | null;
  owner?: string | null;
  /** With the kind of the stream that a stage reads, if it reads one, and whether files are delivered to it. */
  stages: { name: string; kind: string; needs?: string[]; stream?: string | null; files?: boolean }[];
  triggers?: string[];
  paused?: boolean;
  lastRun?: { id: string; state: string; startedAt: string | null; endedAt: string | null } | null;
  /** When a time table starts it next. */
  nextDue?: string | null;
  /** The last deadline it missed, if no run has succeeded since. */
  missedDeadline?: string | null;
}

/** Messages that wait for a stage, or why that is not known. */
export type DeliveryState = "RECEIVED" | "LANDED" | "DUPLICATE" | "REFUSED";

export interface Delivery {
  stage: string;
  sha256: string;
  name: string;
  bytes: number;
  state: DeliveryState;
  rowsIn: number;
  rowsLanded: number;
  rowsQuarantined: number;
  message: string | null;
  messageLanguage?: string;
  run: string;
  receivedAt: string;
  archive: string | null;
  dismissedBy: string | null;
}

export interface StreamBacklog {
  stage: string;
  kind: string;
  source: string | null;
  waiting: number | null;
  unknown: string | null;
}

export interface Stage {
  name: string;
  kind: string;
  state: string;
  rowsIn: number | null;
  rowsOut: number | null;
  rowsRejected: number | null;
  startedAt: string | null;
  endedAt: string | null;
  message: string | null;
  /** Of the message, where the service has no other. */
  messageLanguage?: string;
  progress: number | null;
  attempt?: number;
  /** Stages of the run that come before it. */
  needs?: string[];
  /** Where rows went that it could not take, and the question for those of this run. */
  quarantine?: { table: string; sql: string } | null;
}

/** What a stage would do; `problems` say why it would fail. */
export interface StagePlan {
  stage: string;
  kind: string;
  reads: string[];
  writes: string[];
  notes: string[];
  problems: string[];
}

/** What one rule of a check measured, newest first. */
export interface CheckRule {
  /** Null to who may not operate the pipeline. */
  stage: string | null;
  rule: string;
  points: CheckPoint[];
}

export interface CheckPoint {
  run: string | null;
  at: string;
  kept: boolean;
  onFailure: string;
  measured: number;
  unit: string;
  rowsFailing: number;
  message: string;
  quarantine?: { table: string; sql: string } | null;
}

/** How a dataset keeps its rules and its promise; `told` says how much of the rules is told to this person. */
export interface Quality {
  promise: {
    withinSeconds: number;
    by: "commit" | "column";
    column: string | null;
    newest: string | null;
    kept: boolean | null;
    sql: string | null;
  } | null;
  told: "all" | "some" | "none";
  rules: (CheckRule & { pipeline: string | null })[];
}

/** Runs of a pipeline for each day of a range. */
export interface Backfill {
  id: string;
  pipeline: string;
  from: string;
  to: string;
  requestedBy: string;
  requestedAt: string;
  /** How many are in each state. */
  runs: Record<string, number>;
}

export interface BackfillDay {
  id: string;
  date: string;
  state: string;
}

export interface TableShape {
  files: number;
  bytes: number;
  manifests: number;
  snapshots: number;
}

/** What maintenance has gained for a table. */
export interface TableGain {
  stage: string;
  table: string;
  before: TableShape;
  after: TableShape;
  snapshotsHeld: number;
  removedFiles: number;
  removedBytes: number;
  orphanFiles: number;
  orphanBytes: number;
  message: string | null;
}

export interface Run {
  id: string;
  pipeline: string;
  state: string;
  trigger: string;
  requestedBy?: string;
  /** The day it is of. */
  date?: string;
  backfill?: string | null;
  startedAt: string | null;
  endedAt: string | null;
  stages?: Stage[];
}

export interface LogLine {
  sequence: number;
  at: string;
  level: string;
  stage: string | null;
  message: string;
}

export interface AuditRecord {
  sequence: number;
  at: string;
  kind: string;
  principal: string | null;
  subject: string | null;
  decision?: string | null;
  details: unknown;
}

/** How many records were made in each of spans that follow each other. */
export interface AuditTimes {
  from: string;
  seconds: number;
  counts: number[];
  /** Whether all that match were counted, and not the newest 250,000 only. */
  whole: boolean;
}

export interface AuditPage extends Page<AuditRecord> {
  verifiedUntil: number | string | null;
  horizon?: AuditHorizon | null;
}

/** How far back the audit reaches of which records were retired. */
export interface AuditHorizon {
  first: number;
  retiredUpTo: string;
  retiredAt: string;
  recordedAs: number;
}

export interface AuditProof {
  record: AuditRecord;
  line?: string;
  proof: { leafHash: string; leafIndex?: number; treeSize: number; hashes: string[]; checkpoint: string };
}

/** That a column be tagged; no value of the column is in it. */
export interface TagProposal {
  id: string;
  table: string;
  column: string;
  source: "values" | "name" | "lineage" | "lowering";
  kind: ProposalKind | null;
  tag: string;
  tagNow: string | null;
  confidence: number;
  matched: number;
  sampled: number;
  state: "open" | "confirmed" | "dismissed" | "superseded";
  proposedBy: string;
  proposedAt: string;
  reason: string;
  mayDecide: boolean;
}

export type ProposalKind =
  | "email"
  | "phone"
  | "card"
  | "national-id"
  | "iban"
  | "person-name"
  | "address"
  | "location"
  | "free-text"
  | "ip"
  | "postal-code";

export interface ProposalDetail {
  proposal: TagProposal;
  consequences: string[];
}

/** What made values go from one table into another; the names of a pipeline are null to who may not see it. */
export interface LineageBy {
  kind: "statement" | "pipeline";
  statement: string | null;
  pipeline: string | null;
  stage: string | null;
  at: string;
}

export interface Lineage {
  nodes: {
    database: string;
    name: string;
    zone: Zone;
    feeds: { kind: "files" | "database" | "messages" | "topics"; pipeline: string; stage: string }[];
  }[];
  edges: { from: string; to: string; columns: { from: string; to: string }[]; by: LineageBy[] }[];
  cut: boolean;
}
