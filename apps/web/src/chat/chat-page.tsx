import { type ReactElement, useState } from "react";
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
import { SettingsPanel } from "../history/settings-panel.tsx";
import "./chat-page.css";

export function ChatPage(): ReactElement {
  const { tab, chat } = usePage();
  useAddress();
  const swarm = useStore(tab.swarm);
  const chosen = useStore(chat.store, (s) => s.conversation.settings.modelId);
  const exchanges = useStore(chat.store, (s) => s.exchanges);
  const restoring = useStore(chat.store, (s) => s.restoring);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const model = pickModel(swarm, chosen);

  return (
    <div className="chat">
      <section className="chat-main" aria-label="Chat">
        <h1 className="unseen">Chat</h1>
        <div className="chat-bar">
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
      <SettingsPanel open={settingsOpen} />
    </div>
  );
}
