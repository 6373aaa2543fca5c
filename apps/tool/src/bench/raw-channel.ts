import type { Browser, Page } from "@playwright/test";
import { median } from "./median.ts";

/** Median round trip, in ms, of messages of `bytes` over a bare data channel between two browser contexts. */
export async function rawRoundTrips(browser: Browser, sizes: readonly number[]): Promise<number[]> {
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  try {
    const [near, far] = await Promise.all(contexts.map((context) => context.newPage()));
    if (near === undefined || far === undefined) throw new Error("no pages");
    await connect(near, far);
    const medians: number[] = [];
    for (const bytes of sizes) medians.push(median(await near.evaluate(pingPong, bytes)));
    return medians;
  } finally {
    await Promise.all(contexts.map((context) => context.close()));
  }
}

declare global {
  interface Window {
    benchPeer?: RTCPeerConnection;
    benchChannel?: RTCDataChannel;
  }
}

async function connect(near: Page, far: Page): Promise<void> {
  const offer = await near.evaluate(async () => {
    const peer = new RTCPeerConnection();
    window.benchPeer = peer;
    window.benchChannel = peer.createDataChannel("bench");
    window.benchChannel.binaryType = "arraybuffer";
    await peer.setLocalDescription();
    await new Promise<void>((resolve) => {
      peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve());
    });
    return peer.localDescription?.sdp ?? "";
  });
  const answer = await far.evaluate(async (sdp) => {
    const peer = new RTCPeerConnection();
    window.benchPeer = peer;
    peer.addEventListener("datachannel", ({ channel }) => {
      channel.binaryType = "arraybuffer";
      channel.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => channel.send(data));
    });
    await peer.setRemoteDescription({ type: "offer", sdp });
    await peer.setLocalDescription();
    await new Promise<void>((resolve) => {
      peer.addEventListener("icegatheringstatechange", () => peer.iceGatheringState === "complete" && resolve());
    });
    return peer.localDescription?.sdp ?? "";
  }, offer);
  await near.evaluate(async (sdp) => {
    await window.benchPeer?.setRemoteDescription({ type: "answer", sdp });
    const channel = window.benchChannel;
    if (channel?.readyState !== "open") {
      await new Promise<void>((resolve) => channel?.addEventListener("open", () => resolve()));
    }
  }, answer);
}

/** In the page: 100 echoes, one at a time, after 10 that don't count. */
async function pingPong(bytes: number): Promise<number[]> {
  const channel = window.benchChannel;
  if (channel === undefined) throw new Error("no channel");
  const times: number[] = [];
  for (let i = 0; i < 110; i++) {
    const start = performance.now();
    await new Promise<void>((resolve) => {
      channel.addEventListener("message", () => resolve(), { once: true });
      channel.send(new Uint8Array(bytes));
    });
    if (i >= 10) times.push(performance.now() - start);
  }
  return times;
}
