import { type ReactElement, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { ProblemNote } from "../ui/problem-note.tsx";

/** Says once why chats are not being kept; the chat itself goes on. */
export function SaveFault(): ReactElement | null {
  const { t } = useTranslation();
  const { chat } = usePage();
  const fault = useStore(chat.store, (s) => s.saveFault);
  const [heard, setHeard] = useState<string | null>(null);
  if (fault === null || heard === fault.code) return null;
  return (
    <div className="chat-fault">
      <ProblemNote problem={fault}>
        <button className="button" type="button" onClick={() => setHeard(fault.code)}>
          {t("app:close")}
        </button>
      </ProblemNote>
    </div>
  );
}
