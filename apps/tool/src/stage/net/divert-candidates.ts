declare global {
  interface Window {
    /** `ip:port` of a real candidate to the one which stands for it. */
    potluckStandIn?: (address: string) => Promise<string>;
  }
}

/**
 * In a page, before its own code: remote candidates get the address that stands for theirs before the browser hears of
 * them; those that could go past the proxy (TCP, IPv6, relays, names) are left out. Takes nothing from outside.
 */
export function divertCandidates(): void {
  // oxlint-disable-next-line typescript/unbound-method -- called below with their connection
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
  const host = /^((?:a=)?candidate:\S+ \d+ udp \d+) (\d+\.\d+\.\d+\.\d+) (\d+) typ host/i;

  const divert = async (line: string): Promise<string | null> => {
    const found = host.exec(line);
    if (found === null) return null;
    const [whole, head, ip, port] = found;
    const ask = window.potluckStandIn;
    if (ask === undefined) throw new Error("nobody stands for this page's peers");
    const [otherIp, otherPort] = (await ask(`${ip}:${port}`)).split(":");
    return `${head} ${otherIp} ${otherPort} typ host${line.slice(whole.length)}`;
  };

  const divertAll = async (sdp: string): Promise<string> => {
    const lines: string[] = [];
    for (const line of sdp.split("\r\n")) {
      const diverted = line.startsWith("a=candidate:") ? await divert(line) : line;
      if (diverted !== null) lines.push(diverted);
    }
    return lines.join("\r\n");
  };

  // The types have another form with callbacks, which nobody has used for ten years.
  RTCPeerConnection.prototype.setRemoteDescription = async function (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ): Promise<void> {
    const { type, sdp = "" } = description;
    // At once where there is nothing to ask: candidates must not get ahead of their description.
    if (!sdp.includes("a=candidate:")) return setRemoteDescription.call(this, { type, sdp });
    return setRemoteDescription.call(this, { type, sdp: await divertAll(sdp) });
  } as RTCPeerConnection["setRemoteDescription"];
  RTCPeerConnection.prototype.addIceCandidate = async function (
    this: RTCPeerConnection,
    init?: RTCIceCandidateInit | RTCIceCandidate | null,
  ): Promise<void> {
    const line = init?.candidate ?? "";
    if (line === "") return addIceCandidate.call(this, init);
    const candidate = await divert(line);
    if (candidate === null || this.signalingState === "closed") return;
    const { sdpMid, sdpMLineIndex } = init ?? {};
    return addIceCandidate.call(this, { candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null });
  } as RTCPeerConnection["addIceCandidate"];
}
