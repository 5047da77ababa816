import { useState } from "react";
import { Navigate, useNavigate, useParams } from "react-router";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Tabs } from "../ui/tabs";
import { ConsequenceDialog, type Planned } from "./consequences";
import { Emergencies } from "./emergencies";
import { FilesSection } from "./files-section";
import { GrantsSection } from "./grants-section";
import { GuardsSection } from "./guards-section";
import { MatrixSection } from "./matrix-section";
import { PeopleSection } from "./people-section";
import styles from "./policies.module.css";
import { TagsSection } from "./tags-section";

const sections = ["matrix", "grants", "guards", "tags", "people", "emergencies", "files"] as const;
type Section = (typeof sections)[number];

/** Who may see what, and why: as a picture, and rule by rule; a change shows its consequences before it is made. */
export default function PoliciesPage() {
  const { t } = useWords();
  const { session } = useSession();
  const navigate = useNavigate();
  const { section } = useParams();
  const [planned, plan] = useState<Planned | null>(null);
  const [done, setDone] = useState("");
  // Files hold all policies: they are for those who may read all of them.
  const there = sections.filter((each) => each !== "files" || capabilities(session).has("audit"));
  const shown = there.find((each) => each === (section ?? "matrix"));
  if (shown === undefined) return <Navigate to="/policies" replace />;
  const change = session.administrator
    ? (next: Planned) => {
        setDone("");
        plan(next);
      }
    : null;
  return (
    <Page title={t("place.policies")}>
      <h1>{t("place.policies")}</h1>
      <p className={styles.what}>{t(session.administrator ? "policies.what" : "policies.what.some")}</p>
      <p className={styles.done} role="status">
        {done}
      </p>
      <Tabs<Section>
        label={t("policies.sections")}
        value={shown}
        tabs={there.map((each) => ({ value: each, label: t(`policies.section.${each}`) }))}
        onChange={(next) => {
          setDone("");
          void navigate(next === "matrix" ? "/policies" : `/policies/${next}`);
        }}
      >
        {shown === "matrix" && <MatrixSection />}
        {shown === "grants" && <GrantsSection change={change} />}
        {shown === "guards" && <GuardsSection change={change} />}
        {shown === "tags" && <TagsSection change={change} />}
        {shown === "people" && <PeopleSection change={change} />}
        {shown === "emergencies" && <Emergencies />}
        {shown === "files" && <FilesSection />}
      </Tabs>
      <ConsequenceDialog
        planned={planned}
        onClose={() => plan(null)}
        onSaved={() => {
          setDone(t("policies.saved"));
          plan(null);
        }}
      />
    </Page>
  );
}
