import { type ComponentType, lazy, type ReactElement, use } from "react";
import { useTranslation } from "react-i18next";
import type { LatePart } from "../i18n/late-words.ts";
import { usePage } from "./page.ts";

/** A page whose code and words come when it is first opened. What can't be loaded is the error boundary's to tell. */
export function latePage(part: LatePart, load: () => Promise<ComponentType>): ComponentType {
  let coming: Promise<ComponentType> | null = null;
  const Body = lazy(async () => ({ default: await (coming ??= load()) }));
  return function LatePage(): ReactElement {
    const { speech } = usePage();
    // Rendered anew when another language is spoken, whose words may have to come first.
    useTranslation();
    // Beside the words, not after them.
    (coming ??= load()).catch(() => undefined);
    use(speech.bring(part));
    return <Body />;
  };
}
