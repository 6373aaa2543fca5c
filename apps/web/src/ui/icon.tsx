import type { ReactElement } from "react";

const paths = {
  up: "M8 13V3.5M3.8 7.7 8 3.5l4.2 4.2",
  down: "M8 3v9.5M3.8 8.3 8 12.5l4.2-4.2",
  plus: "M8 3.3v9.4M3.3 8h9.4",
  sliders: "M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6M10.2 3.2v3.6M5.8 9.2v3.6",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.3v1.4M8 13.3v1.4M1.3 8h1.4M13.3 8h1.4M3.3 3.3l1 1M11.7 11.7l1 1M3.3 12.7l1-1M11.7 4.3l1-1",
  moon: "M13.3 9.7A5.7 5.7 0 0 1 6.3 2.7a5.7 5.7 0 1 0 7 7Z",
  auto: "M8 2.3a5.7 5.7 0 1 0 0 11.4A5.7 5.7 0 0 0 8 2.3ZM8 2.3v11.4M10 4v8M12 5.5v5",
  cross: "M4 4l8 8M12 4l-8 8",
  globe:
    "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM2.5 8h11M8 2.2c1.6 1.6 2.4 3.6 2.4 5.8S9.6 12.2 8 13.8C6.4 12.2 5.6 10.2 5.6 8S6.4 3.8 8 2.2Z",
  copy: "M5.5 5.5h7v7.5h-7zM3.5 10.5V3h7",
  check: "M3 8.6 6.4 12 13 4.6",
  pencil: "M3 13l.6-2.8L10.7 3a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7L5.8 12.4 3 13Z",
  left: "M9.8 3.5 5.3 8l4.5 4.5",
  right: "M6.2 3.5 10.7 8l-4.5 4.5",
  onward: "M3.5 3.5 8 8l-4.5 4.5M8.5 3.5 13 8l-4.5 4.5",
  keyboard: "M1.8 4.2h12.4v7.6H1.8zM4.3 6.6h.1M7 6.6h.1M9.7 6.6h.1M12 6.6h.1M4.9 9.3h6.2",
  people:
    "M6 7.4a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6ZM1.8 13.2c.2-2.5 1.9-3.9 4.2-3.9s4 1.4 4.2 3.9M10.6 3.1a2.2 2.2 0 0 1 0 4.1M11.8 9.7c1.4.5 2.3 1.7 2.4 3.5",
  lock: "M4 7.3h8v6H4zM5.6 7.3V5.2a2.4 2.4 0 0 1 4.8 0v2.1",
  list: "M2.5 4h11M2.5 8h11M2.5 12h7",
  retry: "M13 8a5 5 0 1 1-1.7-3.7M13.2 2v3h-3",
} as const;

/** A stroked icon; decoration only, the button around it has the name. */
export function Icon({ name }: { readonly name: keyof typeof paths }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
