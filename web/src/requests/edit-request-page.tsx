import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { client, Problem } from "../api/client";
import { accessRequest } from "../api/queries";
import type { AccessRequest } from "../api/types";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { Failure, NotForYou, Waiting } from "../ui/states";
import { RequestForm } from "./request-form";
import { dayOf } from "./words";

/** Writing a request anew, as its approver asked; approvals begin again. */
export default function EditRequestPage() {
  const { t } = useWords();
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const found = useQuery(accessRequest(id));
  const request = found.data;
  const path = `/requests/${encodeURIComponent(id)}`;
  return (
    <Page title={t("request.edit")}>
      <nav aria-label={t("dataset.trail")}>
        <Link to={path}>{t("request.backTo")}</Link>
      </nav>
      <h1>{t("request.edit")}</h1>
      {request === undefined ? (
        !found.isError ? (
          <Waiting rows={8} />
        ) : found.error instanceof Problem && found.error.status === 404 ? (
          <NotForYou title={t("request.notFound")}>
            <Link to="/requests">{t("place.requests")}</Link>
          </NotForYou>
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} />
        )
      ) : !request.actions.includes("edit") ? (
        <NotForYou title={t("request.noEdit")}>
          <Link to={path}>{t("request.backTo")}</Link>
        </NotForYou>
      ) : (
        <>
          <p className="soft">{t("request.edit.what")}</p>
          <RequestForm
            key={request.version}
            draft={{ ...request, items: request.asked.items, until: dayOf(request.asked.until) }}
            submitLabel={t("request.edit.send")}
            onSend={async (body) => {
              const { user, profile } = request.grantee;
              const grantee = user ? { user } : { profile };
              try {
                const after = await client.put<AccessRequest>(path, { ...body, grantee, version: request.version });
                cache.setQueryData(["request", id], after);
              } catch (failure) {
                if (failure instanceof Problem && failure.status === 409) await found.refetch();
                throw failure;
              }
              await cache.invalidateQueries({ queryKey: ["requests"] });
              await navigate(path);
            }}
          />
        </>
      )}
    </Page>
  );
}
