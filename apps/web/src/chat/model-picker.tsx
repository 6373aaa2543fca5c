import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import "./model-picker.css";

export function ModelPicker(props: {
  readonly swarm: SwarmStatus | null;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { t } = useTranslation();
  const { chat, tab } = usePage();
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  const { swarm, model } = props;
  const models = swarm?.models ?? [];
  /** While the server is away nobody knows who serves what. */
  const look = (available: boolean): "plain" | "lastSeen" | "unserved" =>
    available ? "plain" : offline ? "lastSeen" : "unserved";
  return (
    <label className="picker">
      <span className="unseen">{t("chat:model.name")}</span>
      <span className="picker-dot" data-available={model?.available ?? false} aria-hidden="true" />
      <select
        className="picker-select"
        value={model?.id ?? ""}
        disabled={models.length === 0}
        onChange={(event) => {
          const picked = models.find((m) => m.id === event.currentTarget.value);
          if (picked !== undefined) chat.changeSettings({ modelId: picked.id });
        }}
      >
        {models.length === 0 && (
          <option value="">{t(swarm === null ? "chat:model.looking" : "chat:model.none")}</option>
        )}
        {models.map(({ id, name, dtype, available }) => (
          <option key={id} value={id}>
            {t(`chat:model.${look(available)}`, { name, dtype })}
          </option>
        ))}
      </select>
    </label>
  );
}
