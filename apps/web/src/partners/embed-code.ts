import * as v from "valibot";

/** What the build printed of the loader, from `/embed/integrity.json`. Pasted into other people's pages, so nothing else passes. */
export interface Release {
  readonly file: string;
  readonly integrity: string;
}

export const releaseSchema: v.GenericSchema<unknown, Release> = v.object({
  file: v.pipe(v.string(), v.regex(/^v1\.[\w-]+\.js$/)),
  integrity: v.pipe(v.string(), v.regex(/^sha384-[A-Za-z0-9+/]+=*$/)),
});

/** Stands where the partner's own key goes. */
export const keyToFill = "pk_YOUR_KEY";

/** `origin` is this Potluck's, in all of these. */
export function scriptTag(origin: string, key: string): string {
  return `<script async src="${origin}/embed/v1.js" data-site="${key}"></script>`;
}

/** One version for good, which the browser holds to its hash. */
export function versionedTag(origin: string, { file, integrity }: Release, key: string): string {
  return [
    `<script async src="${origin}/embed/${file}"`,
    `        integrity="${integrity}"`,
    `        crossorigin="anonymous" data-site="${key}"></script>`,
  ].join("\n");
}

export function elementTag(origin: string, key: string): string {
  return [
    `<script async src="${origin}/embed/v1.js"></script>`,
    `<potluck-donate site="${key}" position="inline"></potluck-donate>`,
    ``,
    // Without a size an element has none, and the frame goes to the corner. In a style sheet: strict policies forbid attributes.
    `/* your style sheet */`,
    `potluck-donate { display: block; width: 20rem; height: 4rem }`,
  ].join("\n");
}

/** What a page whose policy forbids everything has to allow. */
export function directives(origin: string): string {
  return `Content-Security-Policy: script-src ${origin}; frame-src ${origin}`;
}

/** What `window.Potluck` has. */
export const apiSample: string = `const off = Potluck.on("state", ({ state }) => console.log(state));
Potluck.on("consent", ({ given }) => console.log(given));
Potluck.on("stats", ({ tokens, bytes, seconds }) => console.log(tokens, bytes, seconds));
Potluck.on("error", ({ reason, message }) => console.log(reason, message));
off(); // listens no more

Potluck.open();    // shows the question; the visitor answers it
Potluck.pause();   // rests until the visitor presses Resume
Potluck.destroy(); // ends all work and takes the frame away`;
