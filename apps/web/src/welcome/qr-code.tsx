import { type ReactElement, useEffect, useState } from "react";
import { qrPath } from "./qr-path.ts";

type Code =
  | { readonly kind: "loading" }
  | { readonly kind: "missing" }
  | { readonly kind: "ready"; readonly path: string; readonly size: number };

/** A QR code as a picture. Its encoder is loaded when the first one is shown; without it `missing` is said. */
export function QrCode(props: {
  readonly text: string;
  readonly name: string;
  readonly missing: string;
}): ReactElement {
  const { text, name, missing } = props;
  const [code, setCode] = useState<Code>({ kind: "loading" });
  useEffect(() => {
    let wanted = true;
    import("uqr").then(
      ({ encode }) => {
        // Four light cells around it are what the standard asks for, so that readers find its edge.
        const { data, size } = encode(text, { ecc: "M", border: 4 });
        if (wanted) setCode({ kind: "ready", path: qrPath(data), size });
      },
      () => wanted && setCode({ kind: "missing" }),
    );
    return () => {
      wanted = false;
    };
  }, [text]);
  if (code.kind === "missing") return <p className="invite-lead">{missing}</p>;
  // Its place is kept while it loads, so that the buttons below do not move away from a finger.
  if (code.kind === "loading") return <div className="qr" aria-hidden="true" />;
  return (
    <svg
      className="qr"
      role="img"
      aria-label={name}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
    >
      <path d={code.path} fill="#000" />
    </svg>
  );
}
