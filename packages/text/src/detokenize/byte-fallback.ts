import type { Stage } from "./stage.ts";

const byteToken = /^<0x(.{2})>$/su;

/** `<0xE2>` is one byte of a character that the vocabulary lacks; a run of them is UTF-8. */
export const byteFallbackStage = (): Stage => {
  const utf8 = new TextDecoder("utf-8");
  return {
    push: (token) => {
      const digits = token.length === 6 ? byteToken.exec(token)?.[1] : undefined;
      const byte = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
      if (Number.isNaN(byte)) return [utf8.decode(), token];
      return [utf8.decode(Uint8Array.of(byte), { stream: true })];
    },
    end: () => [utf8.decode()],
  };
};
