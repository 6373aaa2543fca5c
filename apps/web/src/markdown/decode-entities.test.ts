import { expect, test } from "vitest";
import { decodeEntities } from "./decode-entities.ts";

test("WB44 character references are the characters that they name, others stay", () => {
  expect(decodeEntities("a &amp; b &lt;i&gt; &#228; &#x1F600; &mdash;")).toBe("a & b <i> ä 😀 —");
  expect(decodeEntities("R&D; AT&T &unknown; &toString;")).toBe("R&D; AT&T &unknown; &toString;");
  expect(decodeEntities("&#0; &#xD800; &#9999999;")).toBe("\ufffd \ufffd \ufffd");
});
