import * as v from "valibot";

/** `generation_config.json` and `config.json`, as far as Potluck reads them. */
export interface GenerationConfig {
  /** The ids that end an answer. */
  readonly eos_token_id?: number | readonly number[] | null | undefined;
}

const id = v.pipe(v.number(), v.integer(), v.minValue(0));

export const generationConfigSchema: v.GenericSchema<unknown, GenerationConfig> = v.looseObject({
  eos_token_id: v.nullish(v.union([id, v.array(id)])),
});

export const stopIds = (config: GenerationConfig | undefined): readonly number[] => {
  const ids = config?.eos_token_id ?? [];
  return typeof ids === "number" ? [ids] : ids;
};
