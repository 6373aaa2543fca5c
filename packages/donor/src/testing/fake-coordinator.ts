/** A coordinator that answers as a test says. */
import {
  type DownName,
  type DownPayload,
  refuse,
  type RefusalReason,
  type TabId,
  type UpAnswer,
  type UpName,
  type UpPayload,
} from "@potluck/protocol";
import { createStore } from "zustand/vanilla";
import type { Coordinator, Identity } from "../coordinator/coordinator.ts";
import { ProblemError } from "../problem.ts";
import { problems } from "../problems.ts";
import type { Connection } from "../tab.ts";

export type Answers = { [N in UpName]?: (payload: UpPayload<N>) => UpAnswer<N> | Promise<UpAnswer<N>> };

export interface FakeCoordinator extends Coordinator {
  readonly calls: { readonly name: UpName; readonly payload: unknown }[];
  readonly reports: string[];
  /** What a tab that tries to connect at once comes upon. */
  onReach: () => void;
  answers: Answers;
  welcome(tab: TabId): void;
  drop(): void;
  /** Says no to a hello. */
  refuse(reason: RefusalReason): void;
  send<N extends DownName>(name: N, payload: DownPayload<N>): void;
}

export function createFakeCoordinator(answers: Answers = {}): FakeCoordinator {
  const listeners = new Map<DownName, Set<(payload: never) => void>>();
  const welcomed = new Set<() => void>();
  const connection = createStore<Connection>(() => ({ kind: "connecting" }));
  const identity = createStore<Identity | null>(() => null);
  const fake: FakeCoordinator = {
    connection,
    identity,
    calls: [],
    reports: [],
    onReach: () => undefined,
    answers,
    reach: async () => fake.onReach(),
    malformed: () => 0,
    async call(name, payload) {
      fake.calls.push({ name, payload });
      if (connection.getState().kind !== "online") throw new ProblemError(problems.serverGone());
      const answer = fake.answers[name];
      if (answer !== undefined) return await answer(payload);
      // Only the events that are answered with "taken" may go without a script.
      return { status: "taken" } as UpAnswer<typeof name>;
    },
    on(name, receive) {
      const set = listeners.get(name) ?? new Set();
      set.add(receive);
      listeners.set(name, set);
      return () => set.delete(receive);
    },
    onWelcome(receive) {
      welcomed.add(receive);
      return () => welcomed.delete(receive);
    },
    report: (status) => void fake.reports.push(status.donor),
    close: (how) => void fake.reports.push(how?.goodbye === false ? "dropped" : "closed"),
    reopen: () => void fake.reports.push("reopened"),
    welcome(tab) {
      identity.setState({ tab, iceServers: [] }, true);
      connection.setState({ kind: "online" }, true);
      for (const receive of welcomed) receive();
    },
    drop() {
      connection.setState({ kind: "offline", problem: problems.serverGone() }, true);
    },
    refuse(reason) {
      connection.setState({ kind: "offline", problem: problems.refused(refuse(reason, "Not so. Do this.")) }, true);
    },
    send(name, payload) {
      for (const receive of listeners.get(name) ?? []) (receive as (payload: unknown) => void)(payload);
    },
  };
  return fake;
}
