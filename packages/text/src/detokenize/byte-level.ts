import type { Stage } from "./stage.ts";

/**
 * Byte-level BPE writes each byte as one printable character: printable Latin-1 stands for itself, the other bytes, in
 * order, for U+0100 and up.
 */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  const hidden = all.filter((byte) => !isPrintable(byte));
  return new Map([
    ...all.filter(isPrintable).map((byte) => [String.fromCodePoint(byte), byte] as const),
    ...hidden.map((byte, index) => [String.fromCodePoint(256 + index), byte] as const),
  ]);
})();

/** `added`: tokens written as they are. A streaming UTF-8 decoder keeps an unfinished character until its last byte. */
export const byteLevelStage = (added: ReadonlySet<string>): Stage => {
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    push: (token) => {
      if (added.has(token)) return [utf8.decode(), token];
      const bytes = Uint8Array.from(token, (character) => byteOfCharacter.get(character) ?? 0);
      return [utf8.decode(bytes, { stream: true })];
    },
    end: () => [utf8.decode()],
  };
};
