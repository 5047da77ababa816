import { useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { client } from "../api/client";
import type { Page } from "../api/types";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import { ActDialog, type Act } from "../ui/confirm";
import { Failure, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import styles from "./administration.module.css";
import { keys, tokens, userPath } from "./queries";
import { SecretDialog, type Secret } from "./secret";
import type { Key, Token } from "./types";

const spans = [30, 90, 365] as const;

/** The API tokens and access keys of somebody: who looks at their own sees the same as an administrator. */
export function Credentials({ user }: { user: string }) {
  const { t } = useWords();
  const cache = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [done, setDone] = useState("");
  const theirTokens = useQuery(tokens(user));
  const theirKeys = useQuery(keys(user));
  const path = userPath(user);
  const again = (kind: "tokens" | "keys") => cache.invalidateQueries({ queryKey: ["users", kind, user] });
  const begin = (next: Act) => {
    setDone("");
    setAct(next);
  };

  const makeToken = () =>
    begin({
      title: t("token.new"),
      verb: t("token.make"),
      body: <TokenFields />,
      run: async (data) => {
        const name = String(data.get("name") ?? "").trim();
        const days = Number(data.get("days"));
        const expiresAt = days > 0 ? { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() } : {};
        const made = await client.post<{ token: string }>(`${path}/tokens`, { name, ...expiresAt });
        await again("tokens");
        setSecret({ title: t("token.made", { name }), parts: [{ name: t("token.secret"), text: made.token }] });
      },
    });
  const makeKey = () =>
    begin({
      title: t("key.new"),
      verb: t("key.make"),
      body: <p>{t("key.new.what")}</p>,
      run: async () => {
        const made = await client.post<{ accessKeyId: string; secretAccessKey: string }>(`${path}/keys`, {});
        await again("keys");
        setSecret({
          title: t("key.made"),
          parts: [
            { name: t("key.id"), text: made.accessKeyId },
            { name: t("key.secret"), text: made.secretAccessKey },
          ],
        });
      },
    });
  const endToken = ({ id, name }: Token) =>
    begin({
      title: t("token.end.title", { name }),
      verb: t("token.end"),
      body: <p>{t("token.end.what")}</p>,
      run: async () => {
        await client.delete(`${path}/tokens/${encodeURIComponent(id)}`);
        await again("tokens");
        setDone(t("token.ended", { name }));
      },
    });
  const endKey = ({ accessKeyId: id }: Key) =>
    begin({
      title: t("key.end.title", { id }),
      verb: t("key.end"),
      body: <p>{t("key.end.what")}</p>,
      run: async () => {
        await client.delete(`${path}/keys/${encodeURIComponent(id)}`);
        await again("keys");
        setDone(t("key.ended", { id }));
      },
    });

  return (
    <>
      <p className={styles.done} role="status">
        {done}
      </p>
      <Part title={t("token.title")} what={t("token.what")} make={t("token.new")} onMake={makeToken} found={theirTokens} none={t("token.none")}>
        {(items) => (
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("token.name")}</th>
                <th scope="col">{t("credential.made")}</th>
                <th scope="col">{t("credential.used")}</th>
                <th scope="col">{t("token.expires")}</th>
                <th scope="col">{t("administration.acts")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((token) => (
                <tr key={token.id}>
                  <th scope="row">{token.name}</th>
                  <td>
                    <Moment at={token.createdAt} />
                  </td>
                  <td>{token.lastUsedAt === null ? t("credential.unused") : <Moment at={token.lastUsedAt} />}</td>
                  <td>
                    {token.expiresAt === null ? (
                      t("token.never")
                    ) : (
                      <>
                        <Moment at={token.expiresAt} exact />
                        {Date.parse(token.expiresAt) < Date.now() && <span className={styles.over}> · {t("token.expired")}</span>}
                      </>
                    )}
                  </td>
                  <td>
                    <Button kind="quiet" aria-label={t("token.end.title", { name: token.name })} onClick={() => endToken(token)}>
                      {t("token.end")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Part>
      <Part title={t("key.title")} what={t("key.what")} make={t("key.new")} onMake={makeKey} found={theirKeys} none={t("key.none")}>
        {(items) => (
          <table className={tables.table}>
            <thead>
              <tr>
                <th scope="col">{t("key.id")}</th>
                <th scope="col">{t("credential.made")}</th>
                <th scope="col">{t("credential.used")}</th>
                <th scope="col">{t("administration.acts")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((key) => (
                <tr key={key.accessKeyId}>
                  <th scope="row" className="mono">
                    {key.accessKeyId}
                  </th>
                  <td>
                    <Moment at={key.createdAt} />
                  </td>
                  <td>{key.lastUsedAt === null ? t("credential.unused") : <Moment at={key.lastUsedAt} />}</td>
                  <td>
                    <Button kind="quiet" aria-label={t("key.end.title", { id: key.accessKeyId })} onClick={() => endKey(key)}>
                      {t("key.end")}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Part>
      <ActDialog act={act} onClose={() => setAct(null)} />
      {secret !== null && <SecretDialog secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}

interface PartProps<T> {
  title: string;
  what: string;
  make: string;
  onMake(): void;
  found: UseQueryResult<Page<T>>;
  none: string;
  children(items: T[]): ReactNode;
}

function Part<T>({ title, what, make, onMake, found, none, children }: PartProps<T>) {
  return (
    <section className={styles.part} aria-label={title}>
      <div className={styles.head}>
        <h2>{title}</h2>
        <Button onClick={onMake}>{make}…</Button>
      </div>
      <p className="soft">{what}</p>
      {found.data === undefined ? (
        found.isError ? (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Waiting rows={2} />
        )
      ) : found.data.items.length === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={title}>
          {children(found.data.items)}
        </div>
      )}
    </section>
  );
}

function TokenFields() {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <p>{t("token.new.what")}</p>
      <label htmlFor={`${id}-name`}>{t("token.name")}</label>
      <input id={`${id}-name`} name="name" required maxLength={100} autoComplete="off" spellCheck={false} />
      <label htmlFor={`${id}-days`}>{t("token.expires")}</label>
      <select id={`${id}-days`} name="days" defaultValue="90">
        {spans.map((days) => (
          <option key={days} value={days}>
            {t("token.days", { n: days })}
          </option>
        ))}
        <option value="0">{t("token.never")}</option>
      </select>
    </>
  );
}
