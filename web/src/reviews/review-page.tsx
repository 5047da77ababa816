import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { Problem } from "../api/client";
import { Page } from "../frame/frame";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { review, reviewItem, reviewItems, type ItemState, type Review, type ReviewItem } from "./api";
import { Ending } from "./ending";
import { Item } from "./item";
import styles from "./reviews.module.css";
import { Progress } from "./reviews-page";
import { personName, Use, useScope, VerdictMark } from "./words";

const states: ItemState[] = ["open", "decided", "all"];

/** One review: its grants, and one of them with its evidence and the decision. */
export default function ReviewPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const found = useQuery(review(id));
  if (found.data !== undefined) return <Known review={found.data} />;
  return (
    <Page title={t("place.reviews")}>
      {!found.isError ? (
        <Waiting rows={8} />
      ) : found.error instanceof Problem && found.error.status === 404 ? (
        <NotForYou title={t("reviews.notFound")}>
          <Link to="/reviews">{t("place.reviews")}</Link>
        </NotForYou>
      ) : (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      )}
    </Page>
  );
}

function Known({ review }: { review: Review }) {
  const { t } = useWords();
  const scope = useScope();
  const [parameters, setParameters] = useSearchParams();
  const state = states.find((each) => each === parameters.get("state")) ?? (review.state === "OPEN" ? "open" : "all");
  const found = useInfiniteQuery(reviewItems(review.id, state));
  const items = found.data?.pages.flatMap((page) => page.items);
  const chosen = Number(parameters.get("item") ?? items?.[0]?.number ?? 0);
  const go = (item: number) => setParameters({ state, item: String(item) }, { replace: true });
  const at = items?.findIndex((item) => item.number === chosen) ?? -1;
  const step = (by: number) => {
    const next = items?.[at < 0 ? 0 : at + by];
    if (next !== undefined) go(next.number);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const writing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "j") step(1);
      if (event.key === "k") step(-1);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  return (
    <Page title={review.name}>
        <nav aria-label={t("dataset.trail")}>
          <Link to="/reviews">{t("place.reviews")}</Link>
        </nav>
        <h1>{review.name}</h1>
        <p className={styles.facts}>
          <span>{t(`reviews.state.${review.state}`)}</span>
          <span>{scope(review.scope)}</span>
          <span>
            {t("reviews.due")} <Moment at={review.due} exact />
          </span>
          <span>
            {t("reviews.silence")}: {t(`reviews.silence.${review.onSilence}`)}
          </span>
          <span>
            {t("reviews.startedBy")} {review.startedBy}
          </span>
        </p>
        <p>
          <Progress review={review} />
        </p>
        <Ending review={review} />
        <div className={styles.sides}>
          <section aria-label={t("reviews.grants")}>
            <div className={styles.filters} role="group" aria-label={t("reviews.show")}>
              {states.map((each) => (
                <Button
                  key={each}
                  kind="quiet"
                  aria-pressed={state === each}
                  onClick={() => setParameters({ state: each }, { replace: true })}
                >
                  {t(`reviews.show.${each}`)}
                </Button>
              ))}
            </div>
            {items === undefined ? (
              found.isError ? (
                <Failure error={found.error} onRetry={() => void found.refetch()} />
              ) : (
                <Waiting rows={6} />
              )
            ) : items.length === 0 ? (
              <p className="soft">{t(state === "open" ? "reviews.show.none" : "reviews.show.nothing")}</p>
            ) : (
              <ul className={styles.items}>
                {items.map((item) => (
                  <Row key={item.number} item={item} here={item.number === chosen} onChoose={() => go(item.number)} />
                ))}
              </ul>
            )}
            {found.hasNextPage && (
              <Button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
                {t("action.more")}
              </Button>
            )}
            <p className="soft small">{t("reviews.keys")}</p>
          </section>
          {chosen > 0 && <Chosen review={review} number={chosen} onDecided={() => step(1)} />}
        </div>
    </Page>
  );
}

function Row({ item, here, onChoose }: { item: ReviewItem; here: boolean; onChoose: () => void }) {
  return (
    <li>
      <button type="button" className={styles.item} aria-current={here ? "true" : undefined} onClick={onChoose}>
        <span className={styles.itemHead}>
          <strong>{personName(item.grantee)}</strong>
          <VerdictMark verdict={item.verdict} failed={item.state === "FAILED"} />
        </span>
        <span className={styles.itemOn}>{item.on}</span>
        <span className="small">
          <Use use={item.use} />
        </span>
      </button>
    </li>
  );
}

function Chosen({ review, number, onDecided }: { review: Review; number: number; onDecided: () => void }) {
  const { t } = useWords();
  const found = useQuery(reviewItem(review.id, number));
  return (
    <section className={styles.chosen} aria-label={t("reviews.evidence")}>
      {found.data !== undefined ? (
        <Item
          key={`${number}-${found.data.item.version}`}
          review={review}
          whole={found.data}
          onDecided={onDecided}
        />
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Waiting rows={8} />
      )}
    </section>
  );
}
