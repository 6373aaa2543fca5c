import { type ReactElement, useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { ChatPage } from "../chat/chat-page.tsx";
import { DonatePage } from "../donate/donate-page.tsx";
import { SwarmPage } from "../swarm/swarm-page.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Header } from "./header.tsx";
import { NotFound } from "./not-found.tsx";
import { type Page, PageContext } from "./page.ts";
import type { Update } from "./update.ts";
import { UpdatePrompt } from "./update-prompt.tsx";

const titles: Readonly<Record<string, string>> = {
  "/": "Potluck",
  "/donate": "Donate · Potluck",
  "/swarm": "Swarm · Potluck",
};

export function App({ page, update }: { readonly page: Page; readonly update: Update | null }): ReactElement {
  const [location] = useLocation();
  useEffect(() => {
    document.title = titles[location] ?? "Not found · Potluck";
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <PageContext value={page}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <ConnectionBanner />
      {update !== null && <UpdatePrompt update={update} />}
      <main id="main" tabIndex={-1}>
        <Switch>
          <Route path="/" component={ChatPage} />
          <Route path="/donate" component={DonatePage} />
          <Route path="/swarm" component={SwarmPage} />
          <Route component={NotFound} />
        </Switch>
      </main>
    </PageContext>
  );
}
