import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { Button, IconButton } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Empty, Failure, Waiting } from "../ui/states";
import { namedPath, namedQueries, namedQuery, type NamedItem } from "./named";
import styles from "./query.module.css";
import { SaveQuery } from "./save-query";

/** Texts that one keeps under a name, and those that others share. */
export function SavedPane({ current }: { current: string | undefined }) {
  const { t } = useWords();
  const found = useQuery({ ...namedQueries(), refetchOnMount: "always" });
  const [words, setWords] = useState("");
  const [changing, change] = useState<NamedItem | null>(null);
  const [deleting, askFor] = useState<NamedItem | null>(null);
  const items = found.data?.items;
  if (items === undefined) {
    return (
      <div className={styles.padded}>
        {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={6} />}
      </div>
    );
  }
  if (items.length === 0) {
    return (
      <div className={styles.padded}>
        <Empty title={t("named.empty")}>{t("named.empty.what")}</Empty>
      </div>
    );
  }
  const wanted = words.trim().toLowerCase();
  const shown = items.filter(({ name, description, owner }) => `${name} ${description ?? ""} ${owner}`.toLowerCase().includes(wanted));
  return (
    <div className={styles.history}>
      <div className={styles.filters}>
        <input type="search" aria-label={t("named.filter")} placeholder={t("named.filter")} value={words} onChange={({ target }) => setWords(target.value)} />
      </div>
      {shown.length === 0 && (
        <div className={styles.padded}>
          <Empty title={t("named.none")} />
        </div>
      )}
      <ul>
        {shown.map((item) => (
          <li key={item.id} className={styles.kept} data-testid="named-query">
            <Link to={namedPath(item.id)} className={styles.past} aria-current={item.id === current || undefined}>
              <strong>{item.name}</strong>
              {item.description !== null && <span> {item.description}</span>}
              <span className={styles.pastFacts}>
                {item.mine ? t("charts.mine") : t("charts.of", { owner: item.owner })}
                {" · "}
                {item.shared ? t("charts.isShared") : t("charts.isPrivate")}
                {" · "}
                <Moment at={item.createdAt} />
              </span>
            </Link>
            {item.mine && (
              <span className={styles.keptWays}>
                <IconButton icon="pencil" label={t("named.change.of", { name: item.name })} onClick={() => change(item)} />
                <IconButton icon="close" label={t("named.delete.of", { name: item.name })} onClick={() => askFor(item)} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {changing !== null && <Change key={changing.id} id={changing.id} onClose={() => change(null)} />}
      {deleting !== null && <Delete item={deleting} onClose={() => askFor(null)} />}
    </div>
  );
}

function Change({ id, onClose }: { id: string; onClose(): void }) {
  const { t } = useWords();
  const found = useQuery(namedQuery(id));
  const query = found.data;
  if (query !== undefined && query.sql !== null)
    return <SaveQuery open onClose={onClose} onSaved={onClose} sql={query.sql} database={query.database} before={query} />;
  return (
    <Dialog open onClose={onClose} title={t("named.change")}>
      {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Waiting rows={3} />}
    </Dialog>
  );
}

function Delete({ item, onClose }: { item: NamedItem; onClose(): void }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.delete(`/named-queries/${encodeURIComponent(item.id)}`),
    onSuccess: () => {
      cache.removeQueries({ queryKey: ["named-queries", item.id] });
      void cache.invalidateQueries({ queryKey: ["named-queries"], exact: true });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("named.delete")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" onClick={() => remove.mutate()} disabled={remove.isPending}>
            {t("charts.delete")}
          </Button>
        </>
      }
    >
      <p>{t("named.delete.what", { name: item.name })}</p>
      {remove.isError && <Failure error={remove.error} />}
    </Dialog>
  );
}
