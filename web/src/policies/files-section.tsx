import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client";
import { Moment, useWords } from "../i18n/i18n";
import { Button } from "../ui/button";
import forms from "../ui/form.module.css";
import { saveFile } from "../ui/save-file";
import { Empty, Failure, WhyNot, Waiting } from "../ui/states";
import tables from "../ui/table.module.css";
import { zip } from "../ui/zip";
import styles from "./policies.module.css";
import { SourceMark } from "./sentence";

type Kind = "profile" | "inclusion" | "purpose" | "member" | "attribute" | "tag" | "tag expression" | "assignment" | "filter" | "grant" | "guard";

interface Drift {
  drift: {
    kind: Kind;
    subject: string;
    files: string | null;
    service: string | null;
    source: string;
    by: string | null;
    at: string | null;
  }[];
  ofCreators: number;
  inherited: number;
  fromRequests: number;
  fromBrokenGlass: number;
  passedOn: number;
}

interface Export {
  workspaces: { name: string; files: { path: string; text: string }[] }[];
  fromRequests: number;
  fromBrokenGlass: number;
  passedOn: number;
  leftOut: string[];
  readme: string;
}

const drift = () =>
  queryOptions({
    queryKey: ["policies", "drift"],
    queryFn: () => client.post<Drift>("/workspaces/drift", {}),
    refetchOnWindowFocus: false,
  });

/** In what the service is not as the files say that were applied last, and taking its policies along as files. */
export function FilesSection() {
  const { t } = useWords();
  const found = useQuery(drift());
  return (
    <>
      <section className={styles.part} aria-label={t("files.drift")}>
        <div className={styles.partHead}>
          <h2>{t("files.drift")}</h2>
          <Button onClick={() => void found.refetch()} disabled={found.isFetching}>
            {t("files.again")}
          </Button>
        </div>
        <p className="soft">{t("files.drift.what")}</p>
        {found.data === undefined ? (
          found.isError ? (
            <Failure error={found.error} onRetry={() => void found.refetch()} />
          ) : (
            <Waiting rows={4} />
          )
        ) : (
          <Differences found={found.data} />
        )}
      </section>
      <ExportPart />
    </>
  );
}

function Differences({ found }: { found: Drift }) {
  const { t } = useWords();
  const beside = [
    found.fromRequests > 0 && t("files.fromRequests", { n: found.fromRequests }),
    found.fromBrokenGlass > 0 && t("files.fromBrokenGlass", { n: found.fromBrokenGlass }),
    found.passedOn > 0 && t("files.passedOn", { n: found.passedOn }),
    found.ofCreators > 0 && t("files.ofCreators", { n: found.ofCreators }),
    found.inherited > 0 && t("files.inherited", { n: found.inherited }),
  ].filter((each) => each !== false);
  return (
    <>
      {found.drift.length === 0 ? (
        <Empty title={t("files.same")}>{t("files.same.what")}</Empty>
      ) : (
        <div className={tables.scroll} role="region" tabIndex={0} aria-label={t("files.drift")}>
          <table className={tables.table} data-testid="drift">
            <thead>
              <tr>
                <th scope="col">{t("files.about")}</th>
                <th scope="col">{t("files.say")}</th>
                <th scope="col">{t("files.service")}</th>
                <th scope="col">{t("policies.grant.source")}</th>
                <th scope="col">{t("files.by")}</th>
              </tr>
            </thead>
            <tbody>
              {found.drift.map((one) => (
                <tr key={`${one.kind} ${one.subject}`}>
                  <th scope="row" className={tables.wrap}>
                    {t(`files.kind.${one.kind}`)} {one.subject}
                  </th>
                  <td className={tables.wrap}>{told(one.files) ?? <span className="soft">{t("files.nothing")}</span>}</td>
                  <td className={tables.wrap}>{told(one.service) ?? <span className="soft">{t("files.nothing")}</span>}</td>
                  <td>
                    <SourceMark source={one.source} />
                  </td>
                  <td>
                    {one.by ?? "–"} {one.at !== null && <Moment at={one.at} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {beside.length > 0 && <p className="soft">{t("files.beside", { what: beside.join(", ") })}</p>}
    </>
  );

  /** What one side says; that it says it at all may be all there is to tell. */
  function told(text: string | null) {
    return text === null ? null : text === "" ? t("files.there") : <code>{text}</code>;
  }
}

function ExportPart() {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState("");
  const [refusal, setRefusal] = useState<ReactNode>("");
  const take = async () => {
    setBusy(true);
    setDone("");
    setRefusal("");
    try {
      const { workspaces, readme, leftOut } = await client.get<Export>("/policies/export");
      const files = workspaces.flatMap(({ name, files }) => files.map(({ path, text }) => ({ path: `${name}/${path}`, text })));
      saveFile("policies.zip", zip([{ path: "README.md", text: readme }, ...files], new Date()));
      setDone([t("files.exported", { n: files.length }), ...(leftOut.length > 0 ? [t("files.leftOut", { what: leftOut.join(", ") })] : [])].join(" "));
    } catch (failure) {
      setRefusal(<WhyNot by={failure} />);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles.part} aria-label={t("files.export")}>
      <h2>{t("files.export")}</h2>
      <p className="soft">{t("files.export.what")}</p>
      <div className={forms.ways}>
        <Button icon="download" onClick={() => void take()} disabled={busy}>
          {t("files.export.do")}
        </Button>
      </div>
      <p className={styles.done} role="status">
        {done}
      </p>
      <p className={forms.refusal} role="alert">
        {refusal}
      </p>
    </section>
  );
}
