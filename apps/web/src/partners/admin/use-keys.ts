import type { AdminPartner } from "@potluck/protocol";
import { useEffect, useEffectEvent, useState } from "react";
import type { ServerFault } from "../ask-server.ts";
import type { AdminApi } from "./admin-api.ts";

export type Keys =
  | { readonly kind: "asking" }
  | { readonly kind: "here"; readonly partners: readonly AdminPartner[] }
  | { readonly kind: "fault"; readonly fault: ServerFault };

/** The keys, the newest first; asked for at first and at each call, while the ones that are known stay in sight. */
export function useKeys(api: AdminApi, onRefused: () => void): readonly [Keys, () => void] {
  const [keys, setKeys] = useState<Keys>({ kind: "asking" });
  const [round, setRound] = useState(0);
  const refuse = useEffectEvent(onRefused);
  useEffect(() => {
    const left = new AbortController();
    void api.list(left.signal).then((answer) => {
      if (answer === null) return;
      if (answer.kind === "token") refuse();
      else if (answer.kind === "here")
        setKeys({ kind: "here", partners: answer.value.toSorted((a, b) => b.createdMs - a.createdMs) });
      else setKeys({ kind: "fault", fault: answer });
    });
    return () => left.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another round asks again
  }, [api, round]);
  return [
    keys,
    () => {
      setKeys((before) => (before.kind === "fault" ? { kind: "asking" } : before));
      setRound((n) => n + 1);
    },
  ];
}
