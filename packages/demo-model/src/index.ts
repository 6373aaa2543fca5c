/** Where the models that ship with Potluck are. */
export interface DemoModel {
  /** Id of the manifest: model and dtype. */
  readonly id: string;
  /** Folder of the manifest and what lies beside it. */
  readonly manifestDir: string;
  /** Folder of the published export's own files; what the manifest's `source.base` stands for. */
  readonly sourceDir: string;
}

const shipped: readonly { readonly folder: string; readonly dtypes: readonly string[] }[] = [
  { folder: "swarm-demo-10m", dtypes: ["q4", "q4f16"] },
  { folder: "swarm-demo-draft-1m", dtypes: ["q4", "q4f16"] },
];

/** The shipped models. `root` is this package's folder: a bundle must say where that is. */
export function demoModels(root: string = ownFolder()): readonly DemoModel[] {
  return shipped.flatMap(({ folder, dtypes }) =>
    dtypes.map((dtype) => ({
      id: `${folder}-${dtype}`,
      manifestDir: `${root}/manifests/${folder}-${dtype}`,
      sourceDir: `${root}/models/${folder}`,
    })),
  );
}

/** This package's folder, when it runs from source. */
function ownFolder(): string {
  return decodeURIComponent(new URL(".", import.meta.url).pathname).replace(/\/src\/$/, "");
}
