import { useEffect, useState } from "react";

/** Something that is loaded when it is first needed. */
export interface Late<T> {
  /** null until it is there; starts loading where `wanted`. Null for ever, until somebody asks again, where it can't be loaded. */
  use(wanted: boolean): T | null;
}

export function createLate<T>(load: () => Promise<T>): Late<T> {
  let value: T | null = null;
  let loading: Promise<T | null> | null = null;
  const start = (): Promise<T | null> => {
    loading ??= load().then(
      (loaded) => (value = loaded),
      () => {
        // The next one who needs it tries again; meanwhile the text stands as it is.
        loading = null;
        return null;
      },
    );
    return loading;
  };
  return {
    use(wanted) {
      const [, arrived] = useState(false);
      useEffect(() => {
        let here = true;
        if (wanted && value === null) void start().then((loaded) => here && loaded !== null && arrived(true));
        return () => {
          here = false;
        };
      }, [wanted]);
      return value;
    },
  };
}
