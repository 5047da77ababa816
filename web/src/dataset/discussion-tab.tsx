import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { comments, editComment, removeComment, say } from "../api/queries";
import type { Comment, Dataset } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { type Act, ActDialog } from "../ui/confirm";
import forms from "../ui/form.module.css";
import { Empty, Failure, WhyNot, Waiting } from "../ui/states";
import styles from "./dataset.module.css";
import { partsOf } from "./said";

const LONGEST = 4_000;

/** What people say to each other about the dataset, the newest last, and a place to say something. */
export default function DiscussionTab({ dataset }: { dataset: Dataset }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [parameters] = useSearchParams();
  const linked = parameters.get("comment");
  const found = useInfiniteQuery(comments(dataset));
  const [act, setAct] = useState<Act | null>(null);
  const again = () => cache.invalidateQueries({ queryKey: comments(dataset).queryKey });
  if (found.data === undefined) {
    return found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} height={64} />;
  }
  const said = found.data.pages.flatMap((page) => page.items).reverse();
  const remove = (comment: Comment) =>
    setAct({
      title: t("discussion.remove.title"),
      verb: t("discussion.remove"),
      body: <p>{t("discussion.remove.what")}</p>,
      run: async () => {
        await removeComment(dataset, comment.number);
        await again();
      },
    });
  return (
    <div className={styles.discussion}>
      {linked !== null && said.every(({ number }) => String(number) !== linked) && (
        <p className={styles.about}>{t("discussion.gone")}</p>
      )}
      {found.hasNextPage && (
        <div>
          <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("discussion.earlier")}
          </Button>
        </div>
      )}
      {said.length === 0 ? (
        <Empty title={t("discussion.none")}>{t("discussion.none.what")}</Empty>
      ) : (
        <ol className={styles.said} aria-label={t("discussion.list")}>
          {said.map((comment) => (
            <Said
              key={comment.number}
              comment={comment}
              linked={String(comment.number) === linked}
              onEdit={async (text) => {
                await editComment(dataset, comment.number, text);
                await again();
              }}
              onRemove={() => remove(comment)}
            />
          ))}
        </ol>
      )}
      <Say
        label={t("discussion.say", { name: dataset.name })}
        verb={t("discussion.do")}
        onSay={async (text) => {
          await say(dataset, text);
          await again();
        }}
      />
      <ActDialog act={act} onClose={() => setAct(null)} />
    </div>
  );
}

interface SaidProps {
  comment: Comment;
  /** Whether the address leads to this one. */
  linked: boolean;
  onEdit(text: string): Promise<void>;
  onRemove(): void;
}

function Said({ comment, linked, onEdit, onRemove }: SaidProps) {
  const { t } = useWords();
  const [editing, setEditing] = useState(false);
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (linked) place.current?.scrollIntoView({ block: "center" });
  }, [linked]);
  return (
    <li ref={place} data-linked={linked || undefined} data-testid="comment">
      <p className={styles.who}>
        <strong>{comment.person}</strong>
        <span className="soft small">
          <Moment at={comment.at} />
          {comment.edited !== null && (
            <>
              {" · "}
              {t("discussion.edited")} <Moment at={comment.edited} />
            </>
          )}
        </span>
      </p>
      {editing ? (
        <Say
          label={t("discussion.edit")}
          verb={t("edit.save")}
          text={comment.text}
          onSay={async (text) => {
            await onEdit(text);
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <>
          <p className={styles.text}>
            <Parts of={comment.text} />
          </p>
          {(comment.mayEdit || comment.mayRemove) && (
            <p className={styles.acts}>
              {comment.mayEdit && (
                <Button kind="quiet" onClick={() => setEditing(true)}>
                  {t("discussion.edit")}
                </Button>
              )}
              {comment.mayRemove && (
                <Button kind="quiet" onClick={onRemove}>
                  {t("discussion.remove")}
                </Button>
              )}
            </p>
          )}
        </>
      )}
    </li>
  );
}

function Parts({ of }: { of: string }) {
  return partsOf(of).map(({ kind, text }, i) => {
    switch (kind) {
      case "link":
        return (
          <a key={i} href={text} target="_blank" rel="noopener noreferrer nofollow">
            {text}
          </a>
        );
      case "code":
        return <code key={i}>{text}</code>;
      case "mention":
        return (
          <span key={i} className={styles.mention}>
            {text}
          </span>
        );
      case "text":
        return text;
    }
  });
}

interface SayProps {
  label: string;
  verb: string;
  /** What is said so far. */
  text?: string;
  onSay(text: string): Promise<void>;
  onCancel?: () => void;
}

/** A place to write; what was written stays if it is refused. */
function Say({ label, verb, text = "", onSay, onCancel }: SayProps) {
  const { t } = useWords();
  const id = useId();
  const [words, setWords] = useState(text);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ReactNode>("");
  const send = async () => {
    if (busy || words.trim() === "") return;
    setBusy(true);
    setRefusal("");
    try {
      await onSay(words);
      setWords("");
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={forms.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor={`${id}-text`}>{label}</label>
      <textarea
        id={`${id}-text`}
        rows={3}
        maxLength={LONGEST}
        value={words}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          }
        }}
      />
      <p className={forms.note} id={`${id}-hint`}>
        {t("discussion.hint")}
      </p>
      <p className={forms.refusal} role="alert">
        {refusal}
      </p>
      <p className={styles.acts}>
        <Button kind="primary" type="submit" disabled={busy || words.trim() === ""}>
          {verb}
        </Button>
        {onCancel !== undefined && <Button onClick={onCancel}>{t("action.cancel")}</Button>}
      </p>
    </form>
  );
}
