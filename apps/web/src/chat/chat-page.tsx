import { type ComponentType, lazy, type ReactElement, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Icon } from "../ui/icon.tsx";
import { Welcome } from "../welcome/welcome.tsx";
import { pickModel } from "../conversation/chat-model.ts";
import { createLate } from "../markdown/late.ts";
import { AnswerNews } from "./answer-news.tsx";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { ModelPicker } from "./model-picker.tsx";
import { SaveFault } from "./save-fault.tsx";
import { useCommands } from "./use-commands.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import { useAddress } from "../conversation/use-address.ts";
import type { HistorySide as HistorySideType } from "../history/history-side.tsx";
import type { SettingsPanel as SettingsPanelType } from "../history/settings-panel.tsx";
import { useHistoryOpen } from "../history/use-history-open.ts";
import "./chat-page.css";

/** What the first look at a chat does not need. */
const HistorySide: ComponentType<Parameters<typeof HistorySideType>[0]> = lazy(async () => ({
  default: (await import("../history/history-side.tsx")).HistorySide,
}));
const SettingsPanel: ComponentType<Parameters<typeof SettingsPanelType>[0]> = lazy(async () => ({
  default: (await import("../history/settings-panel.tsx")).SettingsPanel,
}));
/** Where these can't be loaded the page stays as it is. */
const consentDialog = createLate(async () => (await import("./consent-dialog.tsx")).ConsentDialog);
const shortcutSheet = createLate(async () => (await import("./shortcut-sheet.tsx")).ShortcutSheet);

export function ChatPage(): ReactElement {
  const { tab, chat, consent } = usePage();
  useAddress();
  const swarm = useStore(tab.swarm);
  const chosen = useStore(chat.store, (s) => s.conversation.settings.modelId);
  const empty = useStore(chat.store, (s) => s.exchanges.length === 0 && !s.restoring);
  const asking = useStore(consent.pending, (pending) => pending !== null);
  const { t } = useTranslation("chat");
  const [historyOpen, setHistoryOpen] = useHistoryOpen();
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const model = pickModel(swarm, chosen);
  useShortcuts(
    useCommands({
      historyOpen,
      openHistory: setHistoryOpen,
      openSettings: () => setSettingsOpen(true),
      openHelp: () => setHelpOpen(true),
    }),
  );
  const ConsentDialog = consentDialog.use(asking);
  const ShortcutSheet = shortcutSheet.use(helpOpen);

  return (
    <div className="chat" data-history={historyOpen}>
      {historyOpen && (
        <Suspense fallback={<div className="chat-side-wait" />}>
          <HistorySide onClose={() => setHistoryOpen(false)} />
        </Suspense>
      )}
      <section className="chat-main" aria-label={t("title")}>
        <h1 className="unseen">{t("title")}</h1>
        <div className="chat-bar">
          <button
            className="button button-bare"
            type="button"
            aria-expanded={historyOpen}
            aria-controls="history"
            onClick={() => setHistoryOpen(!historyOpen)}
          >
            <Icon name="list" />
            <span className="chat-bar-word">{t("history.open")}</span>
          </button>
          <ModelPicker swarm={swarm} model={model} />
          <span className="chat-bar-gap" />
          <button
            className="button button-bare button-icon chat-keys"
            type="button"
            aria-label={t("shortcuts.open")}
            title={`${t("shortcuts.open")} (?)`}
            onClick={() => setHelpOpen(true)}
          >
            <Icon name="keyboard" />
          </button>
          <button
            className="button button-bare chat-settings-toggle"
            type="button"
            aria-expanded={settingsOpen}
            aria-controls="settings"
            onClick={() => setSettingsOpen(!settingsOpen)}
          >
            <Icon name="sliders" />
            <span className="chat-bar-word">{t("settings.panel")}</span>
          </button>
          <button className="button button-bare" type="button" onClick={() => chat.newChat()}>
            <Icon name="plus" />
            <span className="chat-bar-word">{t("newChat")}</span>
          </button>
        </div>
        <Conversation model={model}>{empty && <Welcome swarm={swarm} model={model} />}</Conversation>
        <AnswerNews />
        <SaveFault />
        <Composer />
      </section>
      <Suspense fallback={<div className="chat-side-wait" />}>
        <SettingsPanel open={settingsOpen} />
      </Suspense>
      {/* oxlint-disable react/static-components -- made by their modules, once */}
      {asking && ConsentDialog !== null && <ConsentDialog model={model} />}
      {helpOpen && ShortcutSheet !== null && <ShortcutSheet onClose={() => setHelpOpen(false)} />}
      {/* oxlint-enable react/static-components */}
    </div>
  );
}
