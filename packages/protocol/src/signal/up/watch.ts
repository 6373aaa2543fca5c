import * as v from "valibot";

/**
 * From a page that shows the swarm: send `swarm`, then every `swarm-change`. Asked again, for one that missed a change, the
 * whole comes again. With `on` false nothing more is sent.
 */
export interface Watch {
  readonly on: boolean;
}

export const watchSchema: v.GenericSchema<unknown, Watch> = v.object({ on: v.boolean() });
