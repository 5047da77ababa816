import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { client } from "../api/client";
import type { AccessRequest } from "../api/types";
import { Page } from "../frame/frame";
import { useWords } from "../i18n/i18n";
import { proposalOf } from "./address";
import { RequestForm } from "./request-form";
import { dayOf } from "./words";

const MONTH = 30 * 86_400_000;

/** Asking for access: the form is as its address fills it in. */
export default function NewRequestPage() {
  const { t } = useWords();
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const cache = useQueryClient();
  return (
    <Page title={t("requests.new")}>
      <h1>{t("requests.new")}</h1>
      <p className="soft">{t("request.form.what")}</p>
      <RequestForm
        key={search.toString()}
        draft={{ ...proposalOf(search), until: dayOf(new Date(Date.now() + MONTH - 86_400_000).toISOString()) }}
        submitLabel={t("request.form.send")}
        onSend={async (body) => {
          const made = await client.post<AccessRequest>("/requests", body);
          await cache.invalidateQueries({ queryKey: ["requests"] });
          await navigate(`/requests/${encodeURIComponent(made.id)}`);
        }}
      />
    </Page>
  );
}
