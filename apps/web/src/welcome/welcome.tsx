import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import { Logo } from "../ui/logo.tsx";
import { FirstMinute } from "./first-minute.tsx";
import { InviteButton } from "./invite-button.tsx";
import { Samples } from "./samples.tsx";
import "./welcome.css";

/** What an empty chat shows: how it works, who is there, what can be done where nobody is, and questions to begin with. */
export function Welcome(props: {
  readonly swarm: SwarmStatus | null;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { t } = useTranslation();
  const { chat } = usePage();
  const where = useStore(chat.store, (s) => s.where);
  const { swarm, model } = props;
  const unserved = model !== null && !model.available && where === "swarm";
  return (
    <div className="welcome">
      <Logo size={56} />
      <h2 className="welcome-title">{t("welcome.title")}</h2>
      <p className="welcome-lead">{t("welcome.lead")}</p>
      {unserved ? (
        <FirstMinute model={model} alone={swarm === null || swarm.donors === 0} />
      ) : (
        swarm !== null &&
        (where === "this-tab" ? <p className="welcome-swarm">{t("welcome.here")}</p> : <Table swarm={swarm} />)
      )}
      <Samples swarm={swarm} model={model} />
    </div>
  );
}

/** Who is there already, and the way to bring more. */
function Table({ swarm }: { readonly swarm: SwarmStatus }): ReactElement {
  const { t } = useTranslation();
  const { query } = usePage();
  return (
    <div className="welcome-swarm">
      <Link href={`/swarm${query}`}>{t("welcome.table", { count: swarm.donors })}</Link>
      <InviteButton look="button button-bare" />
    </div>
  );
}
