import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import { Button } from "../ui/button";
import { Listing } from "../ui/listing";
import { Empty, Failure } from "../ui/states";
import { type Notice, notices } from "./notices";
import styles from "./notices.module.css";

const kinds: Record<string, MessageKey> = {
  submitted: "notice.submitted",
  "auto-approved": "notice.approved",
  edited: "notice.edited",
  approved: "notice.approved",
  rejected: "notice.rejected",
  "changes-requested": "notice.changes",
  withdrawn: "notice.withdrawn",
  provisioned: "notice.provisioned",
  failed: "notice.failed",
  expired: "notice.expired",
  lapsed: "notice.lapsed",
  revoked: "notice.revoked",
  "revoke-requested": "notice.revoked",
  escalated: "notice.escalated",
  expiring: "notice.expiring",
  commented: "notice.commented",
  extension: "notice.extension",
  "narrowed-by-review": "notice.narrowed",
  "deadline-missed": "notice.deadlineMissed",
};

const reviewKinds: Record<string, MessageKey> = {
  started: "notice.review.started",
  reassigned: "notice.review.reassigned",
  "due-soon": "notice.review.dueSoon",
  closed: "notice.review.closed",
  cancelled: "notice.review.cancelled",
};

/** What a notice says; one of a dataset that may not be known any more names none. */
function keyOf({ kind, review, dataset }: Notice): MessageKey | undefined {
  const known = kind.replaceAll("_", "-").toLowerCase();
  if (known === "mentioned") return dataset == null ? "notice.mentioned.unknown" : "notice.mentioned";
  return (review === null ? kinds : reviewKinds)[known];
}

/** What happened to the requests, reviews, runs and datasets that concern this person, newest first. */
export default function NoticesPage() {
  const { t } = useWords();
  const cache = useQueryClient();
  const found = useInfiniteQuery(notices());
  const [failure, setFailure] = useState<unknown>(null);
  const newest = found.data?.pages[0]?.items[0];
  const unread = found.data?.pages[0]?.unread ?? 0;
  const read = async (until: string) => {
    setFailure(null);
    try {
      await client.post("/notifications/read", { until });
      await cache.invalidateQueries({ queryKey: ["notices"] });
    } catch (problem) {
      setFailure(problem);
    }
  };
  return (
    <Page title={t("notices.title")}>
      <div className={styles.head}>
        <h1>{t("notices.title")}</h1>
        <Button icon="check" disabled={unread === 0 || newest === undefined} onClick={() => newest && void read(newest.at)}>
          {t("notices.readAll")}
        </Button>
      </div>
      {failure !== null && <Failure error={failure} />}
      <Listing found={found} empty={<Empty title={t("notices.empty")}>{t("notices.empty.what")}</Empty>}>
        {(items) => (
          <ul className={styles.list} aria-label={t("notices.title")}>
            {items.map((notice) => {
              const key = keyOf(notice);
              const words = notice.message ?? (key === undefined ? notice.kind : t(key, { pipeline: notice.pipeline ?? "", dataset: notice.dataset ?? "" }));
              const to = place(notice);
              return (
                <li key={`${notice.request ?? notice.review ?? notice.run ?? notice.pipeline ?? notice.at} ${notice.number}`} data-unread={notice.unread || undefined} data-testid="notice">
                  {to === null ? <span>{words}</span> : <Link to={to}>{words}</Link>}
                  {notice.unread && <span className={styles.new}>{t("notices.new")}</span>}
                  <span className="soft small">
                    <Moment at={notice.at} />
                  </span>
                </li>
              );
            })}
          </ul>
        )}
      </Listing>
    </Page>
  );
}

/** Where it leads; nowhere if what it is about may not be known any more. */
function place({ request, review, run, pipeline, dataset, number }: Notice): string | null {
  if (pipeline != null) return `/pipelines?pipeline=${encodeURIComponent(pipeline)}`;
  if (run !== null) return `/runs/${encodeURIComponent(run)}`;
  if (review !== null) return `/reviews/${encodeURIComponent(review)}`;
  if (request !== null) return `/requests/${encodeURIComponent(request)}`;
  const [database = "", name = ""] = (dataset ?? "").split(".", 2);
  return name === "" ? null : `/catalog/${encodeURIComponent(database)}/${encodeURIComponent(name)}/discussion?comment=${number}`;
}
