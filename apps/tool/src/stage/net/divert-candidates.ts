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
  // The types have another form with callbacks as well, which nobody has used for ten years.
  type Method<Argument> = (this: RTCPeerConnection, argument?: Argument) => Promise<void>;
  type Candidate = RTCIceCandidateInit | RTCIceCandidate | null;
  const { prototype } = RTCPeerConnection;
  // oxlint-disable-next-line typescript/unbound-method -- called below with its connection
  const setRemoteDescription = prototype.setRemoteDescription as Method<RTCSessionDescriptionInit>;
  // oxlint-disable-next-line typescript/unbound-method -- called below with its connection
  const addIceCandidate = prototype.addIceCandidate as Method<Candidate>;
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

  const setDiverted: Method<RTCSessionDescriptionInit> = async function (description) {
    const sdp = description?.sdp ?? "";
    // At once where there is nothing to ask: candidates must not get ahead of their description.
    if (description === undefined || !sdp.includes("a=candidate:")) return setRemoteDescription.call(this, description);
    return setRemoteDescription.call(this, { type: description.type, sdp: await divertAll(sdp) });
  };
  const addDiverted: Method<Candidate> = async function (init) {
    const line = init?.candidate ?? "";
    if (line === "") return addIceCandidate.call(this, init);
    const candidate = await divert(line);
    if (candidate === null || this.signalingState === "closed") return;
    const { sdpMid = null, sdpMLineIndex = null } = init ?? {};
    return addIceCandidate.call(this, { candidate, sdpMid, sdpMLineIndex });
  };
  Object.assign(prototype, { setRemoteDescription: setDiverted, addIceCandidate: addDiverted });
}
