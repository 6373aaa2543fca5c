import type { ModelStatus, SwarmStatus } from "@potluck/donor";
import type { ReactElement } from "react";
import { useStore } from "zustand";
import { usePage } from "../app/page.ts";
import "./model-picker.css";

export function ModelPicker(props: {
  readonly swarm: SwarmStatus | null;
  readonly model: ModelStatus | null;
}): ReactElement {
  const { chat, tab } = usePage();
  const offline = useStore(tab.connection, (c) => c.kind === "offline");
  /** While the server is away nobody knows who serves what. */
  const unserved = offline ? " (as last seen)" : " (not served)";
  const { swarm, model } = props;
  const models = swarm?.models ?? [];
  return (
    <label className="picker">
      <span className="unseen">Model</span>
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
        {models.length === 0 && <option value="">{swarm === null ? "Looking for models…" : "No model"}</option>}
        {models.map((m) => (
          <option key={m.id} value={m.id}>
            {`${m.name} · ${m.dtype}${m.available ? "" : unserved}`}
          </option>
        ))}
      </select>
    </label>
  );
}
