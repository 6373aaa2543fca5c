/** What the coordinator makes of a consent, asked without a page. */
import { PROTOCOL_VERSION } from "@potluck/protocol";
import type { Page } from "@playwright/test";
import { io } from "socket.io-client";

export interface KeptConsent {
  readonly token: string;
  readonly tab: string;
  readonly secret: string;
}

/** Of the frame in this page; `origin` is the frame's. */
export async function keptConsent(page: Page, origin: string): Promise<KeptConsent> {
  const frame = page.frames().find((one) => one.url().startsWith(origin));
  const record = await frame?.evaluate(() => {
    const name = Object.keys(localStorage).find((key) => key.startsWith("potluck.embed."));
    return name === undefined ? null : localStorage.getItem(name);
  });
  if (typeof record !== "string") throw new Error("the frame keeps no consent");
  return (JSON.parse(record) as { readonly consent: KeptConsent }).consent;
}

/** Says hello with it; resolves to `welcome` or the refusal's reason. */
export async function hello(url: string, { token, tab, secret }: KeptConsent): Promise<string> {
  const socket = io(url, { transports: ["websocket"] });
  try {
    const answer = (await socket
      .timeout(10_000)
      .emitWithAck("hello", { protocol: PROTOCOL_VERSION, resume: { tab, secret }, consent: token })) as {
      readonly status: string;
      readonly reason?: string;
    };
    return answer.reason ?? answer.status;
  } finally {
    socket.disconnect();
  }
}
