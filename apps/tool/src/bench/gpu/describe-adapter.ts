import type { Browser } from "@playwright/test";

/** A sentence about what the browser computes on: without a vendor's name it may be the processor. */
export async function describeAdapter(browser: Browser): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    // Only a secure origin has WebGPU.
    await page.route("http://localhost/", (route) =>
      route.fulfill({ contentType: "text/html", body: "<title>gpu</title>" }),
    );
    await page.goto("http://localhost/");
    return await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
      if (adapter == null) return "No WebGPU adapter.";
      const { vendor, architecture, description } = adapter.info;
      const name = [vendor, architecture, description].filter((word) => word !== "").join(" ");
      const f16 = adapter.features.has("shader-f16") ? "with" : "without";
      return `Adapter: ${name}${adapter.info.isFallbackAdapter ? " (software)" : ""}, ${f16} 16-bit floats in shaders.`;
    });
  } finally {
    await context.close();
  }
}
