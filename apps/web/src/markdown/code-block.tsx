import { memo, type MemoExoticComponent, type ReactElement, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "./copy-button.tsx";
import { highlighter } from "./highlight.ts";

export interface CodeBlockProps {
  readonly code: string;
  /** The fence's first word names the language. */
  readonly language: string;
  /** More of it may come. */
  readonly open: boolean;
}

/** While it grows it is coloured anew for every token, which takes under 2 ms up to here. */
const longestOpen = 2000;
/** Above it colours would cost more than a frame. */
const longest = 12_000;

/** Code with its language's name and colours, and a button that copies it. */
export const CodeBlock: MemoExoticComponent<(props: CodeBlockProps) => ReactElement> = memo(ShowCode);

function ShowCode({ code, language: info, open }: CodeBlockProps): ReactElement {
  const { t } = useTranslation();
  const language = /^[\w+#.-]+/.exec(info)?.[0] ?? "";
  const wanted = language !== "" && code.length <= (open ? longestOpen : longest);
  const colours = highlighter.use(wanted);
  const coloured = useMemo(
    () => (wanted ? (colours?.colour(code, language.toLowerCase()) ?? null) : null),
    [wanted, colours, code, language],
  );
  const name = language === "" ? t("chat:code.code") : t("chat:code.codeIn", { language });
  return (
    <figure className="code" aria-label={name}>
      <div className="code-head">
        <span className="code-language">{language}</span>
        <CopyButton text={code} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre tabIndex={0} data-coloured={coloured !== null || undefined}>
        <code>{coloured ?? code}</code>
      </pre>
    </figure>
  );
}
