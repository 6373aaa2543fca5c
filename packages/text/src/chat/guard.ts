/**
 * Keeps what somebody types apart from what the template writes.
 *
 * A chat template joins its own marks (`<|im_end|>`) and the messages into one string, so a message that contains a mark
 * could end its turn and speak in another role. Here the tokenizer knows every control token only under a secret name
 * that no message can contain; marks written by the template are renamed to it, marks in messages are not, and so they
 * are encoded as the ordinary characters they are.
 *
 * The names use Unicode noncharacters, which are reserved for such internal use and never part of a text.
 */
const [open, close] = ["\uFDD0", "\uFDD1"];
const [typedOpen, typedClose] = ["\uFDD2", "\uFDD3"];
const typed = new RegExp(`${typedOpen}(\\d+)${typedClose}`, "gu");
const noncharacters = /[\uFDD0-\uFDEF]/gu;

/** A control token: ends or starts a turn, a text, a padding. */
export interface ControlToken {
  readonly id: number;
  readonly content: string;
}

export interface Guard {
  /** The name under which the tokenizer knows this content; the content itself for tokens that are no control tokens. */
  secretName(content: string): string;
  isSecretName(token: string): boolean;
  /** To be called on each message before the template sees it: the marks in it become numbered placeholders. */
  disarm(content: string): string;
  /** To be called on the template's output: its own marks get their secret names, messages read as they were typed. */
  seal(rendered: string): string;
  /** For text that is no template's output: only takes the secret names' characters away. */
  plain(text: string): string;
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

export const createGuard = (tokens: readonly ControlToken[]): Guard => {
  const names = new Map(tokens.map((token) => [token.content, `${open}${token.id}${close}`]));
  const secret = new Set(names.values());
  const marks = [...names.keys()].sort((a, b) => b.length - a.length);
  const anyMark = marks.length === 0 ? null : new RegExp(marks.map(escape).join("|"), "g");
  const rename = (text: string, name: (mark: string) => string): string =>
    anyMark === null ? text : text.replace(anyMark, name);
  const plain = (text: string): string => text.replace(noncharacters, "\uFFFD");
  return {
    secretName: (content) => names.get(content) ?? content,
    isSecretName: (token) => secret.has(token),
    plain,
    disarm: (content) => rename(plain(content), (mark) => `${typedOpen}${marks.indexOf(mark)}${typedClose}`),
    seal: (rendered) =>
      rename(rendered, (mark) => names.get(mark) ?? mark).replace(typed, (_, index) => marks[Number(index)] ?? ""),
  };
};
