import { Navigate, useNavigate, useParams } from "react-router";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Tabs } from "../ui/tabs";
import styles from "./administration.module.css";
import { HealthSection } from "./health-section";
import { MaintenanceSection } from "./maintenance-section";
import { SourcesSection } from "./sources-section";
import { StorageSection } from "./storage-section";
import { UserPage } from "./user-page";
import { UsersSection } from "./users-section";
import { WorkgroupsSection } from "./workgroups-section";

const sections = ["users", "workgroups", "health", "sources", "storage", "maintenance"] as const;
type Section = (typeof sections)[number];

/** Who may sign in, and how the service is: for administrators. */
export default function AdministrationPage() {
  const { t } = useWords();
  const navigate = useNavigate();
  const { section, name } = useParams();
  const shown = sections.find((each) => each === (section ?? "users"));
  if (shown === undefined) return <Navigate to="/administration" replace />;
  if (shown === "users" && name !== undefined) return <UserPage key={name} name={name} />;
  return (
    <Page title={t("place.administration")}>
      <h1>{t("place.administration")}</h1>
      <p className={styles.what}>{t("administration.what")}</p>
      <Tabs<Section>
        label={t("administration.sections")}
        value={shown}
        tabs={sections.map((each) => ({ value: each, label: t(`administration.${each}`) }))}
        onChange={(next) => void navigate(next === "users" ? "/administration" : `/administration/${next}`)}
      >
        {shown === "users" && <UsersSection />}
        {shown === "workgroups" && <WorkgroupsSection />}
        {shown === "health" && <HealthSection />}
        {shown === "sources" && <SourcesSection />}
        {shown === "storage" && <StorageSection />}
        {shown === "maintenance" && <MaintenanceSection />}
      </Tabs>
    </Page>
  );
}
