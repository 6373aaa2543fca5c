import type { DownPayload, SwarmView } from "@potluck/protocol";
import { changeOf } from "@potluck/swarm";
import type { Server, Socket } from "socket.io";

/** A picture of the swarm is made this often at most. */
const everyMs = 1000;
/** Rooms of socket.io: what is sent to one is serialized once, however many are in it. */
const watching = "watching";
const fresh = "fresh";

export interface Watchers {
  /** From the next {@link tick} on the socket gets the whole picture once, then its changes. Again: the whole again. */
  watch(socket: Socket): void;
  unwatch(socket: Socket): void;
  tick(nowMs: number): void;
}

/** Sends the picture of the swarm to who watches: computed once for all, and not at all while nobody does (SG16). */
export function createWatchers(io: Server, view: () => SwarmView): Watchers {
  let shown: SwarmView | null = null;
  let number = 0;
  let madeMs = -Infinity;
  /** When a watcher last got the whole, so that asking for it again and again costs no more than watching. */
  const wholeMs = new WeakMap<Socket, number>();
  const asking = new Set<Socket>();

  const isEmpty = (): boolean => (io.sockets.adapter.rooms.get(watching)?.size ?? 0) === 0;

  const sendWhole = (nowMs: number, picture: SwarmView): void => {
    for (const socket of asking) {
      if (!socket.connected) asking.delete(socket);
      else if (nowMs - (wholeMs.get(socket) ?? -Infinity) >= everyMs) {
        asking.delete(socket);
        wholeMs.set(socket, nowMs);
        void socket.join([fresh, watching]);
      }
    }
    if ((io.sockets.adapter.rooms.get(fresh)?.size ?? 0) === 0) return;
    io.to(fresh).emit("swarm", { number, view: picture } satisfies DownPayload<"swarm">);
    io.in(fresh).socketsLeave(fresh);
  };

  return {
    watch: (socket) => void asking.add(socket),
    unwatch(socket) {
      asking.delete(socket);
      void socket.leave(watching);
    },
    tick(nowMs) {
      if (asking.size === 0 && isEmpty()) return;
      if (shown === null || nowMs - madeMs >= everyMs) {
        const next = view();
        madeMs = nowMs;
        const change = shown === null ? null : changeOf(shown, next);
        if (change !== null) {
          number += 1;
          // Before the new ones join: they get the whole that this leads to.
          io.to(watching).emit("swarm-change", { number, change } satisfies DownPayload<"swarm-change">);
        }
        shown = next;
      }
      sendWhole(nowMs, shown);
    },
  };
}
