import type { ReactElement } from "react";
import { Trans, useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { CoverageBar } from "../swarm/coverage-bar.tsx";
import { describeLayers } from "../swarm/describe-layers.ts";
import { ProblemNote } from "../ui/problem-note.tsx";
import type { Preview } from "./use-preview.ts";

/** What Start would load. */
export function Offer({ preview }: { readonly preview: Preview }): ReactElement {
  const { t } = useTranslation();
  const { tab } = usePage();
  const models = useStore(tab.swarm)?.models ?? [];
  switch (preview.kind) {
    case "asking":
      return <p className="donate-soft">{t("donate:offer.asking")}</p>;
    case "problem":
      return <ProblemNote problem={preview.problem} />;
    case "known": {
      const { segment, weightBytes } = preview.preview;
      const model = models.find((m) => m.id === segment.modelId);
      return (
        <div className="donate-offer" data-part="offer">
          <p>
            <Trans
              t={t}
              i18nKey="donate:offer.most"
              values={{ layers: describeLayers(segment, t), model: model?.name ?? segment.modelId }}
              components={{ b: <strong /> }}
            />{" "}
            {weightBytes === 0 ? t("donate:offer.cached") : t("donate:offer.load", { n: weightBytes })}
          </p>
          {model !== undefined && <CoverageBar model={model} mark={segment} />}
        </div>
      );
    }
    default:
      return preview satisfies never;
  }
}
