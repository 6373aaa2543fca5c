import type { Tokens } from "marked";
import { memo, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { InlineView } from "./inline-view.tsx";

/** A table that scrolls in its own box. */
export function TableView({ table, links }: { readonly table: Tokens.Table; readonly links: string }): ReactElement {
  const { t } = useTranslation();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
    <figure className="md-scroll" aria-label={t("chat:answer.table")} tabIndex={0}>
      <table>
        <thead>
          <Row cells={table.header} links={links} />
        </thead>
        <tbody>
          {table.rows.map((cells, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a table only grows at its end
            <Row key={i} cells={cells} links={links} />
          ))}
        </tbody>
      </table>
    </figure>
  );
}

interface RowProps {
  readonly cells: readonly Tokens.TableCell[];
  readonly links: string;
}

const same = (a: RowProps, b: RowProps): boolean =>
  a.links === b.links &&
  a.cells.length === b.cells.length &&
  a.cells.every(({ text, align }, i) => text === b.cells[i]?.text && align === b.cells[i].align);

const Row = memo(function Row({ cells }: RowProps): ReactElement {
  return (
    <tr>
      {cells.map(({ header, align, tokens }, i) => {
        const Cell = header ? "th" : "td";
        return (
          // oxlint-disable-next-line react/no-array-index-key -- columns do not move
          <Cell key={i} {...(header ? { scope: "col" } : {})} {...(align === null ? {} : { "data-align": align })}>
            <InlineView tokens={tokens} />
          </Cell>
        );
      })}
    </tr>
  );
}, same);
