import type { Words } from "../words/load-words.ts";

/** What whoever opens the frame's page by itself sees. */
export function Alone({ t }: { readonly t: Words }) {
  return (
    <main class="alone">
      <h1>{t("alone.heading")}</h1>
      <p>{t("alone.text")}</p>
      <p>
        <a href="/donate">{t("alone.link")}</a>
      </p>
    </main>
  );
}
