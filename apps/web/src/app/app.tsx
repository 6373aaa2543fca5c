import { type ComponentType, lazy, type ReactElement, Suspense, useEffect } from "react";
import { I18nextProvider, useTranslation } from "react-i18next";
import { Route, Switch, useLocation } from "wouter";
import { ChatPage } from "../chat/chat-page.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Header } from "./header.tsx";
import { LanguageBanner } from "./language-banner.tsx";
import { latePage } from "./late-page.tsx";
import { LoadFault } from "./load-fault.tsx";
import { NotFound } from "./not-found.tsx";
import { type Page, PageContext } from "./page.ts";
import { PageArrived } from "./page-arrived.tsx";
import { partOf } from "./parts.ts";
import type { Update } from "./update.ts";
import { UpdatePrompt } from "./update-prompt.tsx";
import { useArrival } from "./use-arrival.ts";

/** One route, so that a chat that begins keeps its place and the focus in it. */
const chatPaths = /^\/(?:c\/[\w-]{1,64}\/?)?$/;

/** Only the chat is in the first load: most people come for it. */
const DonatePage = latePage("donate", async () => (await import("../donate/donate-page.tsx")).DonatePage);
const SwarmPage: ComponentType = lazy(async () => ({ default: (await import("../swarm/swarm-page.tsx")).SwarmPage }));
const PrivacyPage = latePage("privacy", async () => (await import("../privacy/privacy-page.tsx")).PrivacyPage);
const PartnersPage = latePage("partners", async () => (await import("../partners/partners-page.tsx")).PartnersPage);
const AdminPage = latePage("admin", async () => (await import("../partners/admin/admin-page.tsx")).AdminPage);

export function App({ page, update }: { readonly page: Page; readonly update: Update | null }): ReactElement {
  return (
    <I18nextProvider i18n={page.speech.words}>
      <PageContext value={page}>
        <Frame update={update} />
      </PageContext>
    </I18nextProvider>
  );
}

function Frame({ update }: { readonly update: Update | null }): ReactElement {
  const { t, i18n } = useTranslation();
  const [location] = useLocation();
  useEffect(() => {
    document.documentElement.lang = i18n.language;
  }, [i18n.language]);
  const part = partOf(location);
  const title = t(`title.${part}`);
  useEffect(() => {
    document.title = title;
  }, [title]);
  const arrive = useArrival();
  return (
    <>
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      <Header />
      <ConnectionBanner />
      <LanguageBanner />
      {update !== null && <UpdatePrompt update={update} />}
      <p className="unseen" aria-live="polite">
        {title}
      </p>
      <main id="main" tabIndex={-1}>
        <LoadFault key={part}>
          <Suspense fallback={<p className="page-wait">{t("load.wait")}</p>}>
            <Switch>
              <Route path={chatPaths} component={ChatPage} />
              <Route path="/donate" component={DonatePage} />
              <Route path="/swarm" component={SwarmPage} />
              <Route path="/privacy" component={PrivacyPage} />
              <Route path="/partners" component={PartnersPage} />
              <Route path="/admin" component={AdminPage} />
              <Route component={NotFound} />
            </Switch>
            <PageArrived part={part} onArrive={arrive} />
          </Suspense>
        </LoadFault>
      </main>
    </>
  );
}
