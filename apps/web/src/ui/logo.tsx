import type { ReactElement } from "react";

/** A bowl whose body is three layers, each another colour: what everybody brought, in one dish. */
export function Logo({ size = 28 }: { readonly size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path d="M3 11h26a13 15.5 0 0 1-.6 4.5H3.6A13 15.5 0 0 1 3 11Z" fill="var(--paprika)" />
      <path d="M4 17h24a13 15.5 0 0 1-2.1 4H6.1A13 15.5 0 0 1 4 17Z" fill="var(--saffron)" />
      <path d="M7.3 22.5h17.4a13 15.5 0 0 1-5.4 3.7h-6.6a13 15.5 0 0 1-5.4-3.7Z" fill="var(--herb)" />
      <path
        d="M10.2 8c0-1.9 1.7-2.3 1.7-4.4M15.2 8c0-1.9 1.7-2.3 1.7-4.4M20.2 8c0-1.9 1.7-2.3 1.7-4.4"
        fill="none"
        stroke="var(--ink-faint)"
        strokeWidth="1.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
