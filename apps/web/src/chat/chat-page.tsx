import { type ComponentType, lazy, type ReactElement, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Icon } from "../ui/icon.tsx";
import { Welcome } from "../welcome/welcome.tsx";
import { pickModel } from "../conversation/chat-model.ts";
import { AnswerNews } from "./answer-news.tsx";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { ModelPicker } from "./model-picker.tsx";
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

export function ChatPage(): ReactElement {
  const { tab, chat } = usePage();
  useAddress();
  const swarm = useStore(tab.swarm);
  const chosen = useStore(chat.store, (s) => s.conversation.settings.modelId);
  const exchanges = useStore(chat.store, (s) => s.exchanges);
  const restoring = useStore(chat.store, (s) => s.restoring);
  const { t } = useTranslation("chat");
  const [historyOpen, setHistoryOpen] = useHistoryOpen();
  const [settingsOpen, setSettingsOpen] = useState(false);
  const model = pickModel(swarm, chosen);

  return (
    <div className="chat" data-history={historyOpen}>
      {historyOpen && (
        <Suspense fallback={<div className="chat-side-wait" />}>
          <HistorySide onClose={() => setHistoryOpen(false)} />
        </Suspense>
      )}
      <section className="chat-main" aria-label="Chat">
        <h1 className="unseen">Chat</h1>
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
            className="button button-bare chat-settings-toggle"
            type="button"
            aria-expanded={settingsOpen}
            aria-controls="settings"
            onClick={() => setSettingsOpen(!settingsOpen)}
          >
            <Icon name="sliders" />
            <span className="chat-bar-word">Settings</span>
          </button>
          <button className="button button-bare" type="button" onClick={() => chat.newChat()}>
            <Icon name="plus" />
            <span className="chat-bar-word">New chat</span>
          </button>
        </div>
        <Conversation exchanges={exchanges} model={model}>
          {exchanges.length === 0 && !restoring && <Welcome swarm={swarm} model={model} />}
        </Conversation>
        <AnswerNews />
        <Composer />
      </section>
      <Suspense fallback={<div className="chat-side-wait" />}>
        <SettingsPanel open={settingsOpen} />
      </Suspense>
    </div>
  );
}
