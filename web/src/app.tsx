import { lazy, Suspense, type ReactNode } from "react";
import { Link, Route, Routes, useLocation } from "react-router";
import { CatalogPage } from "./catalog/catalog-page";
import { DatasetPage } from "./dataset/dataset-page";
import { Frame, Page, PageComing } from "./frame/frame";
import { HomePage } from "./home/home-page";
import { useWords } from "./i18n/i18n";
import { capabilities, type Capability } from "./session/capabilities";
import { useSession } from "./session/session";
import { Boundary } from "./ui/boundary";
import { NotForYou } from "./ui/states";

const QueryPage = lazy(() => import("./query/query-page"));
const RequestsPage = lazy(() => import("./requests/requests-page"));
const RequestPage = lazy(() => import("./requests/request-page"));
const NewRequestPage = lazy(() => import("./requests/new-request-page"));
const EditRequestPage = lazy(() => import("./requests/edit-request-page"));
const ReviewsPage = lazy(() => import("./reviews/reviews-page"));
const ReviewPage = lazy(() => import("./reviews/review-page"));
const NewReviewPage = lazy(() => import("./reviews/new-review-page"));
const PipelinesPage = lazy(() => import("./pipelines/pipelines-page"));
const RunPage = lazy(() => import("./pipelines/run-page"));
const NoticesPage = lazy(() => import("./notices/notices-page"));
const PoliciesPage = lazy(() => import("./policies/policies-page"));
const ClassificationPage = lazy(() => import("./classification/classification-page"));
const DashboardsPage = lazy(() => import("./dashboards/dashboards-page"));
const DashboardPage = lazy(() => import("./dashboards/dashboard-page"));
const ChartPage = lazy(() => import("./dashboards/chart-page"));
const ModelsPage = lazy(() => import("./models/models-page"));
const ModelPage = lazy(() => import("./models/model-page"));
const AdministrationPage = lazy(() => import("./administration/administration-page"));
const MePage = lazy(() => import("./me/me-page"));
const AuditPage = lazy(() => import("./audit/audit-page"));

/** Every page and its address. */
export function App() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<HomePage />} />
        <Route path="catalog" element={<Place needs="catalog" page={<CatalogPage />} />} />
        <Route path="catalog/:database/:name/:tab?" element={<Place needs="catalog" page={<DatasetPage />} />} />
        <Route path="query/:id?" element={<Place needs="query" page={<QueryPage />} />} />
        <Route path="dashboards" element={<Place needs="query" page={<DashboardsPage />} />} />
        <Route path="dashboards/:name" element={<Place needs="query" page={<DashboardPage />} />} />
        <Route path="charts/:id" element={<Place needs="query" page={<ChartPage />} />} />
        <Route path="requests" element={<Place needs="requests" page={<RequestsPage />} />} />
        <Route path="requests/new" element={<Place needs="requests" page={<NewRequestPage />} />} />
        <Route path="requests/:id" element={<Place needs="requests" page={<RequestPage />} />} />
        <Route path="requests/:id/edit" element={<Place needs="requests" page={<EditRequestPage />} />} />
        <Route path="reviews" element={<Place needs="reviews" page={<ReviewsPage />} />} />
        <Route path="reviews/new" element={<Place needs="reviews" page={<NewReviewPage />} />} />
        <Route path="reviews/:id" element={<Place needs="reviews" page={<ReviewPage />} />} />
        <Route path="pipelines" element={<Place needs="pipelines" page={<PipelinesPage />} />} />
        <Route path="runs/:id" element={<Place needs="pipelines" page={<RunPage />} />} />
        <Route path="models" element={<Place needs="models" page={<ModelsPage />} />} />
        <Route path="models/:database/:name" element={<Place needs="models" page={<ModelPage />} />} />
        <Route path="notifications" element={<Place needs="requests" page={<NoticesPage />} />} />
        <Route path="policies/:section?" element={<Place needs="policies" page={<PoliciesPage />} />} />
        <Route path="classification" element={<Place needs="classification" page={<ClassificationPage />} />} />
        <Route path="audit" element={<Place needs="audit" page={<AuditPage />} />} />
        <Route path="administration/:section?/:name?" element={<Place needs="administration" page={<AdministrationPage />} />} />
        <Route path="me" element={<Coming page={<MePage />} />} />
        <Route path="*" element={<Nowhere />} />
      </Route>
    </Routes>
  );
}

/** A page for those whose profile uses it; for others it is as if it were not there. */
function Place({ needs, page }: { needs: Capability; page: ReactNode }) {
  const { session } = useSession();
  return capabilities(session).has(needs) ? <Coming page={page} /> : <Nowhere />;
}

/** A page whose code may be on its way. */
function Coming({ page }: { page: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <Boundary key={pathname.split("/")[1]}>
      <Suspense fallback={<PageComing />}>{page}</Suspense>
    </Boundary>
  );
}

function Nowhere() {
  const { t } = useWords();
  return (
    <Page title={t("nowhere.title")}>
      <NotForYou title={t("nowhere.title")}>
        <p>{t("nowhere.what")}</p>
        <p>
          <Link to="/">{t("nowhere.home")}</Link>
        </p>
      </NotForYou>
    </Page>
  );
}
