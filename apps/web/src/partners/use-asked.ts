import { useCallback, useEffect, useState } from "react";
import type { GenericSchema } from "valibot";
import { usePage } from "../app/page.ts";
import { type Asked, askServer } from "./ask-server.ts";

/** What the server tells at `path`, asked for once while the part is shown, and again by the function. */
export function useAsked<T>(
  path: string,
  schema: GenericSchema<unknown, T>,
): readonly [Asked<T> | { readonly kind: "asking" }, () => void] {
  const { server } = usePage();
  const [asked, setAsked] = useState<Asked<T> | { readonly kind: "asking" }>({ kind: "asking" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    void askServer(server, path, schema, left.signal).then((answer) => answer !== null && setAsked(answer));
    return () => left.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another round asks again
  }, [server, path, schema, round]);
  const again = useCallback(() => {
    setAsked({ kind: "asking" });
    setRound((n) => n + 1);
  }, []);
  return [asked, again];
}
