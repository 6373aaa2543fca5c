import type { Browser, Page } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { indexedPng } from "./indexed-png.ts";
import { reduceColours } from "./palette.ts";

/** Suffix of a picture's name, and its size in CSS pixels. */
const sizes = { "": { width: 1280, height: 800 }, "-phone": { width: 360, height: 740 } } as const;
type Size = keyof typeof sizes;

export interface Camera {
  /** Both themes in both sizes: `name.png`, `name-dark.png`, `name-phone.png`, `name-phone-dark.png`. `before` is called at each size. */
  take(page: Page, name: string, before?: (page: Page) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Writes compact pictures into `folder`, which ends in a slash. */
export async function openCamera(browser: Browser, folder: string): Promise<Camera> {
  // Chromium's own decoder, on a page that nobody sees.
  const darkroom = await browser.newPage();
  return {
    async take(page, name, before = async () => undefined) {
      for (const [suffix, size] of Object.entries(sizes) as [Size, { width: number; height: number }][]) {
        await page.setViewportSize(size);
        await before(page);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          const picture = await page.screenshot({ animations: "disabled", caret: "hide" });
          const pixels = await decode(darkroom, picture);
          const png = indexedPng(reduceColours(pixels, size.width, size.height));
          await writeFile(`${folder}${name}${suffix}${colorScheme === "dark" ? "-dark" : ""}.png`, png);
        }
      }
      await page.setViewportSize(sizes[""]);
    },
    close: () => darkroom.close(),
  };
}

/** Red, green, blue and alpha of each pixel. */
async function decode(darkroom: Page, picture: Uint8Array): Promise<Uint8Array> {
  const pixels = await darkroom.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const parts: string[] = [];
    for (let i = 0; i < data.length; i += 0x8000) parts.push(String.fromCharCode(...data.subarray(i, i + 0x8000)));
    return btoa(parts.join(""));
  }, Buffer.from(picture).toString("base64"));
  return Buffer.from(pixels, "base64");
}
