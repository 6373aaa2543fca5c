import type { Partner } from "@potluck/protocol";
import { useEffect, useRef, useState } from "react";
import type { Asked, ServerFault } from "../ask-server.ts";

/** Sends one thing at a time, and forgets the answer when the part is taken away. */
export function useSending(told: {
  readonly onDone: (partner: Partner) => void;
  readonly onRefused: () => void;
}): readonly ["idle" | "sending" | ServerFault, (send: (left: AbortSignal) => Promise<Asked<Partner> | null>) => void] {
  const [state, setState] = useState<"idle" | "sending" | ServerFault>("idle");
  const left = useRef<AbortController | null>(null);
  useEffect(() => {
    const here = new AbortController();
    left.current = here;
    return () => here.abort();
  }, []);
  return [
    state,
    (send) => {
      if (state === "sending" || left.current === null) return;
      setState("sending");
      void send(left.current.signal).then((answer) => {
        if (answer === null) return;
        if (answer.kind === "here") told.onDone(answer.value);
        else if (answer.kind === "token") told.onRefused();
        else setState(answer);
      });
    },
  ];
}
