import type { ModelStatus } from "@potluck/donor";
import { type ReactElement, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { running } from "../conversation/conversation.ts";
import { Icon } from "../ui/icon.tsx";
import { ExchangeView } from "./exchange-view.tsx";
import { useFollowEnd } from "./follow-end.ts";
import { pathVersions } from "./path-versions.ts";
import { useFrames } from "./use-frames.ts";
import { WaitingLine } from "./waiting-line.tsx";
import "./conversation.css";

export interface ConversationProps {
  readonly model: ModelStatus | null;
  /** Shown in the place of an empty conversation. */
  readonly children: ReactNode;
}

const alone = { index: 0, keys: [] } as const;

/** The shown path of the open chat, and what waits behind it. */
export function Conversation({ model, children }: ConversationProps): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const exchanges = useFrames(chat.store, (s) => s.exchanges);
  const waiting = useStore(chat.store, (s) => s.conversation.waiting);
  const free = useStore(chat.store, (s) => running(s.exchanges) === null && !s.elsewhere && !s.restoring);
  const { box, column, atEnd, onScroll, toEnd } = useFollowEnd(exchanges, exchanges.at(-1)?.key);
  const [select] = useState(pathVersions);
  const versions = useFrames(chat.store, select);

  return (
    <div className="conversation">
      {/* New text is told by sentences, elsewhere: here it would be told word by word. */}
      <div
        className="conversation-box"
        ref={box}
        onScroll={onScroll}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("chat:log")}
      >
        <div className="conversation-column" ref={column}>
          {children}
          {exchanges.map((exchange, i) => (
            <ExchangeView
              // Versions share their place, so that the focus stays on the button that flips them.
              key={exchange.parent ?? ""}
              exchange={exchange}
              answers={versions.get(exchange.key)?.answers ?? alone}
              questions={versions.get(exchange.key)?.questions ?? alone}
              model={model}
              last={i === exchanges.length - 1}
              free={free}
            />
          ))}
          {waiting.length > 0 && <WaitingLine />}
        </div>
      </div>
      {!atEnd && (
        <button className="button conversation-jump" type="button" onClick={toEnd}>
          <Icon name="down" />
          {t("chat:latest")}
        </button>
      )}
    </div>
  );
}
