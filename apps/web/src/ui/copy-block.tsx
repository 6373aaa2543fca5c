import { type ReactElement, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon.tsx";
import { ScrollBox } from "./scroll-box.tsx";
import { useCopy } from "./use-copy.ts";
import "./copy-block.css";

/** How long it says what became of it. */
const saysForMs = 4000;

/** Text to take along, under its name, with a button that copies it and says so; where it can't, the text is selected. */
export function CopyBlock(props: {
  readonly name: string;
  readonly text: string;
  /** Of the text, where it is not the page's. */
  readonly lang?: string;
  /** Sentences instead of code, in a box that scrolls. */
  readonly prose?: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const { name, text, lang, prose = false } = props;
  const id = useId();
  const shown = useRef<HTMLPreElement>(null);
  const [outcome, copy] = useCopy(text, saysForMs);
  const copyOrSelect = async (): Promise<void> => {
    if (!(await copy()) && shown.current !== null) getSelection()?.selectAllChildren(shown.current);
  };
  const shownText = (
    <pre className="copy-text" ref={shown} lang={lang} data-prose={prose}>
      {text}
    </pre>
  );
  return (
    <figure className="copy-block" aria-labelledby={id}>
      <div className="copy-head">
        <figcaption className="copy-name" id={id} lang={lang}>
          {name}
        </figcaption>
        <output className="copy-said">
          {outcome !== null && t(outcome === "copied" ? "copy.copied" : "copy.select")}
        </output>
        <button
          className="button"
          type="button"
          aria-label={t("copy.of", { name })}
          onClick={() => void copyOrSelect()}
        >
          <Icon name={outcome === "copied" ? "check" : "copy"} />
          {t("copy.do")}
        </button>
      </div>
      {prose ? <ScrollBox namedBy={id}>{shownText}</ScrollBox> : shownText}
    </figure>
  );
}
