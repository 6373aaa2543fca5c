import type { ModelStatus } from "@potluck/donor";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "../ui/icon.tsx";
import type { Exchange } from "../conversation/conversation.ts";
import { AnswerMessage } from "./answer-message.tsx";
import { useFollowEnd } from "./follow-end.ts";
import "./conversation.css";

export interface ConversationProps {
  readonly exchanges: readonly Exchange[];
  readonly model: ModelStatus | null;
  /** Shown in the place of an empty conversation. */
  readonly children: ReactNode;
}

export function Conversation({ exchanges, model, children }: ConversationProps): ReactElement {
  const { box, atEnd, onScroll, toEnd } = useFollowEnd(exchanges, exchanges.at(-1)?.key);

  return (
    <div className="conversation">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <div className="conversation-box" ref={box} onScroll={onScroll} tabIndex={0} role="log" aria-label="Conversation">
        <div className="conversation-column">
          {children}
          {exchanges.map((exchange, i) => (
            <div className="exchange" key={exchange.key}>
              <article className="message message-user" data-role="user" data-state="done" aria-label="You">
                <p className="message-text" data-part="text">
                  {exchange.question}
                </p>
              </article>
              <AnswerMessage answer={exchange.answer} model={model} last={i === exchanges.length - 1} />
            </div>
          ))}
        </div>
      </div>
      {!atEnd && (
        <button className="button conversation-jump" type="button" onClick={toEnd}>
          <Icon name="down" />
          Latest
        </button>
      )}
    </div>
  );
}
