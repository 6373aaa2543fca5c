/** DN48: signals of a tab that tells nobody what network it is in. */
import type { SignalFilter } from "@potluck/link/rtc";
import { type IceCandidate, parsePeerSignal } from "@potluck/protocol";
import { isLocalAddress, isLocalHost } from "./local-address.ts";

/** What a guest tells and takes. Inside a local network the coordinator's own pages may use it. */
export function guestSignals(coordinatorHostname: string): SignalFilter {
  const isInside = isLocalHost(coordinatorHostname);
  return { outgoing: withoutLocal, incoming: isInside ? (data) => data : withoutLocal };
}

/** A transport's signal without candidates and addresses of a local network; null when nothing is left, or it is no signal. */
export function withoutLocal(data: string): string | null {
  const signal = parsePeerSignal(data);
  if (signal === null) return null;
  if (signal.type !== "candidate") return JSON.stringify({ ...signal, sdp: publicSdp(signal.sdp) });
  const candidate = publicCandidate(signal.candidate);
  return candidate === null ? null : JSON.stringify({ ...signal, candidate });
}

function publicCandidate(candidate: IceCandidate): IceCandidate | null {
  // Says that there are no more.
  if (candidate.candidate === "") return candidate;
  const line = publicLine(candidate.candidate);
  return line === null ? null : { ...candidate, candidate: line };
}

const inSdp = "a=candidate:";

function publicSdp(sdp: string): string {
  const lines = sdp.split(/\r\n|\r|\n/).flatMap((line) => {
    if (line.startsWith(inSdp)) {
      const kept = publicLine(line.slice("a=".length));
      return kept === null ? [] : [`a=${kept}`];
    }
    // Repeats the far side's pairs, which no description of ours has any use for.
    if (line.startsWith("a=remote-candidates:")) return [];
    // Of the origin (o=), the connection (c=) and the like.
    return [
      line.replace(/\bIN (IP[46]) (\S+)/g, (whole, family: string, address: string) =>
        isLocalAddress(address) ? `IN ${family} ${nowhere(address)}` : whole,
      ),
    ];
  });
  return lines.join("\r\n");
}

/** `candidate:<foundation> <component> <transport> <priority> <address> <port> typ <type>`, then pairs of name and value. */
const candidateLine = /^candidate:(\S{1,32}) (\d{1,5}) (\S+) (\d{1,10}) (\S+) (\d{1,5}) typ (\S+)((?: \S+ \S+)*) ?$/;

/** A candidate that anybody may see; null for one of a local network, and for what can't be read as one. */
function publicLine(line: string): string | null {
  const [, foundation, component, transport, priority, address = "", port, type, rest = ""] =
    candidateLine.exec(line) ?? [];
  // A host's own name, mDNS or not, is resolved to whatever address.
  if (isLocalAddress(address)) return null;
  const pairs = [...rest.matchAll(/ (\S+) (\S+)/g)].map(([, name = "", value = ""]) => [name, value] as const);
  // What lies behind a public address; a port without its address says nothing.
  const isBehind = pairs.some(([name, value]) => name === "raddr" && isLocalAddress(value));
  const told = pairs.map(([name, value]) => {
    if (isBehind && name === "raddr") return ` raddr ${nowhere(value)}`;
    return isBehind && name === "rport" ? " rport 0" : ` ${name} ${value}`;
  });
  return `candidate:${foundation} ${component} ${transport} ${priority} ${address} ${port} typ ${type}${told.join("")}`;
}

/** As browsers write an address that they don't tell. */
const nowhere = (address: string): string => (address.includes(":") ? "::" : "0.0.0.0");
