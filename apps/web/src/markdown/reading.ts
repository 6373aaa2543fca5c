import type { Links, Token } from "marked";
import { completeEnd } from "./complete-end.ts";
import { lex } from "./lex.ts";

/** A top-level part of a text. Two blocks with the same `raw`, `links` and `open` show the same. */
export interface Block {
  readonly raw: string;
  readonly token: Token;
  /** The definitions that it may use, as one string; empty where it has no links. */
  readonly links: string;
  /** Still being written. */
  readonly open: boolean;
}

/** Reads one text as it grows: what is finished is read once, only its open end again. */
export interface Reading {
  /** The blocks of the text so far. The result for a `finished` text depends on nothing but the text. */
  read(text: string, finished: boolean): readonly Block[];
}

const blankEnd = /\n[ \t]*\n$/;

export function createReading(): Reading {
  let doneText = "";
  let doneBlocks: readonly Block[] = [];
  let links: Links = {};
  let last: { readonly text: string; readonly finished: boolean; readonly blocks: readonly Block[] } | null = null;

  function settle(text: string, tokens: readonly Token[]): void {
    doneText += text;
    if (text.includes("]:")) {
      // A definition counts for what stood before it too.
      const all = lex(doneText);
      links = all.links;
      doneBlocks = blocksOf(all.tokens, links);
    } else doneBlocks = [...doneBlocks, ...blocksOf(tokens, links)];
  }

  function readAll(text: string, finished: boolean): readonly Block[] {
    if (!text.startsWith(doneText)) {
      doneText = "";
      doneBlocks = [];
      links = {};
    }
    if (finished && text.includes("]:")) {
      const all = lex(text);
      return blocksOf(all.tokens, all.links);
    }
    const tail = text.slice(doneText.length);
    const { tokens, links: known } = lex(tail, links);
    const cut = finished ? 0 : safeCut(tokens, tail);
    if (cut > 0)
      settle(
        tokens
          .slice(0, cut)
          .map(({ raw }) => raw)
          .join(""),
        tokens.slice(0, cut),
      );
    const rest = tokens.slice(cut);
    if (finished) return [...doneBlocks, ...blocksOf(rest, known)];
    return [...doneBlocks, ...blocksOf(rest.slice(0, -1), known), ...openBlocks(rest.at(-1), known)];
  }

  return {
    read(given, finished) {
      const text = given.includes("\r") ? given.replaceAll(/\r\n?/g, "\n") : given;
      if (last?.text !== text || last.finished !== finished) {
        last = { text, finished, blocks: readAll(text, finished) };
      }
      return last.blocks;
    },
  };
}

/**
 * How many of the tokens can't change any more, whatever comes: those before a blank line after which another block has its
 * first line complete.
 */
function safeCut(tokens: readonly Token[], text: string): number {
  if (tokens.reduce((length, { raw }) => length + raw.length, 0) !== text.length) return 0;
  for (let i = tokens.length - 1; i > 0; i--) {
    const [before, after] = [tokens[i - 1], tokens[i]];
    if (before === undefined || after === undefined || after.type === "space" || !blankEnd.test(before.raw)) continue;
    if (i < tokens.length - 1 || after.raw.includes("\n")) return i;
  }
  return 0;
}

function openBlocks(token: Token | undefined, links: Links): readonly Block[] {
  if (token === undefined) return [];
  const [block] = blocksOf([token], links);
  if (block === undefined) return [];
  const shown = token.type === "code" || token.type === "plain" ? token.raw : completeEnd(token.raw);
  if (shown === token.raw) return [{ ...block, open: true }];
  const completed = blocksOf(lex(shown, links).tokens, links);
  return completed.length === 1 ? completed.map((each) => ({ ...each, open: true })) : [{ ...block, open: true }];
}

function blocksOf(tokens: readonly Token[], links: Links): Block[] {
  const names = Object.keys(links);
  const known = names.length === 0 ? "" : JSON.stringify(links);
  return tokens
    .filter(({ type }) => type !== "space" && type !== "def")
    .map((token) => ({ raw: token.raw, token, links: token.raw.includes("[") ? known : "", open: false }));
}
