import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./design/tokens.css";
import "./design/base.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useEffect, useRef, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { Problem } from "./api/client";
import { App } from "./app";
import { I18n, useWords } from "./i18n/i18n";
import { SessionGate } from "./session/session";

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal; only what may pass by itself is tried again.
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
      refetchOnWindowFocus: false,
    },
  },
});

/** What the service said is asked for again in the language that is chosen. */
function InLanguage({ children }: { children: ReactNode }) {
  const { language } = useWords();
  const said = useRef(language);
  useEffect(() => {
    if (said.current === language) return;
    said.current = language;
    void cache.invalidateQueries();
  }, [language]);
  return children;
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <I18n>
        <QueryClientProvider client={cache}>
          <InLanguage>
            <BrowserRouter useTransitions={false}>
              <SessionGate>
                <App />
              </SessionGate>
            </BrowserRouter>
          </InLanguage>
        </QueryClientProvider>
      </I18n>
    </CSPProvider>
  </StrictMode>,
);
