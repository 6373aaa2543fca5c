/** Of a network that only those inside it can reach, or of this device alone. Anything that is no IP address counts. */
export function isLocalAddress(text: string): boolean {
  const v4 = groupsOfV4(text);
  if (v4 !== null) return isLocalV4(v4);
  const v6 = groupsOfV6(text);
  return v6 === null || isLocalV6(v6);
}

/** Whether a page from this host is from the local network: then whoever opened it is inside already. */
export function isLocalHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  if (/(^|\.)(localhost|local)\.?$/.test(host)) return true;
  return (groupsOfV4(host) !== null || groupsOfV6(host) !== null) && isLocalAddress(host);
}

/** Four bytes; null for any other way to write one, which another program may read otherwise. */
function groupsOfV4(text: string): readonly number[] | null {
  const parts = text.split(".");
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : null;
}

/** Eight groups of 16 bits, read as the platform's URLs read them; null for what is none, or names a zone. */
function groupsOfV6(text: string): readonly number[] | null {
  const url = `http://[${text}]/`;
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(url)) return null;
  const [head = "", tail = null] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string): readonly number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  if (tail === null) return groups(head);
  const [front, back] = [groups(head), groups(tail)];
  return [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
}

/** What IANA keeps for private networks, this device, links, carriers' inner networks and groups. */
const localV4: readonly (readonly [number, number, bits: number])[] = [
  [0, 0, 8],
  [10, 0, 8],
  [100, 64, 10],
  [127, 0, 8],
  [169, 254, 16],
  [172, 16, 12],
  [192, 168, 16],
  [198, 18, 15],
  // Groups, and what was never given out.
  [224, 0, 3],
];

function isLocalV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  // Of a device behind its provider's IPv6.
  if (a === 192 && b === 0 && c === 0) return true;
  const top = a * 256 + b;
  return localV4.some(([first, second, bits]) => top >> (16 - bits) === (first * 256 + second) >> (16 - bits));
}

/** Only 2000::/3 is given out to be reached from anywhere; some of the rest, and of that, is IPv4 in other clothes. */
function isLocalV6(groups: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const v4 = (high: number, low: number): boolean => isLocalV4([high >> 8, high & 255, low >> 8, low & 255]);
  const isMapped = a + b + c + d + e === 0 && f === 0xffff;
  const isTranslated = a === 0x64 && b === 0xff9b && c + d + e + f === 0;
  if (isMapped || isTranslated) return v4(g, h);
  if (a === 0x2002) return v4(b, c);
  return a >> 13 !== 1;
}
