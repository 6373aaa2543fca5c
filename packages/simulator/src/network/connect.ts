import type { Transport } from "@potluck/link";
import type { TabParts } from "@potluck/donor/assemble";
import type { TabId } from "@potluck/protocol";
import type { TabClock } from "../clock/tab-clock.ts";
import type { Network } from "./network.ts";

type Connect = TabParts["connect"];

/** Offer and answer by the coordinator, then one trip each way as DTLS makes it; any of them may not arrive. */
export class Rendezvous {
  readonly #network: Network;
  readonly #offers = new Map<string, Meeting>();
  #made = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /** How one page connects. `self` is asked late, for a page has no id before its first welcome. */
  connector(self: () => TabId, page: TabClock): Connect {
    return (options) =>
      new Promise<Transport>((resolve, reject) => {
        const cancel = page.after(options.connectTimeoutMs, () => reject(new Error("no connection in time")));
        const settle = (transport: Transport): void => {
          cancel();
          if (options.signal.aborted) transport.close();
          else resolve(transport);
        };
        options.signal.addEventListener("abort", () => {
          cancel();
          reject(new Error("called off"));
        });
        if (options.initiator) {
          const offer = `offer ${++this.#made}`;
          this.#offers.set(offer, { initiator: self(), page, settle });
          options.onSignal(() => this.#meet(offer));
          options.sendSignal(offer);
        } else {
          options.onSignal((offer) => {
            const meeting = this.#offers.get(offer);
            if (meeting === undefined || meeting.answerer !== undefined) return;
            meeting.answerer = { tab: self(), page, settle };
            options.sendSignal("answer");
          });
        }
      });
  }

  #meet(offer: string): void {
    const meeting = this.#offers.get(offer);
    if (meeting?.answerer === undefined) return;
    this.#offers.delete(offer);
    const { initiator, page, settle, answerer } = meeting;
    this.#network.pass(initiator, answerer.tab, answerer.page, () => {
      const ends = this.#network.join(initiator, answerer.tab);
      if (ends === null) return;
      answerer.settle(ends[1]);
      this.#network.pass(answerer.tab, initiator, page, () => settle(ends[0]));
    });
  }
}

interface Meeting {
  readonly initiator: TabId;
  readonly page: TabClock;
  readonly settle: (transport: Transport) => void;
  answerer?: { readonly tab: TabId; readonly page: TabClock; readonly settle: (transport: Transport) => void };
}
