import type { ReactElement } from "react";

/** A bowl whose body is three layers, each another colour: what everybody brought, in one dish. */
export function Logo({ size = 28 }: { readonly size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <path d="M3 12h26c0 1.7-.3 3-.7 4H3.7c-.4-1-.7-2.3-.7-4Z" fill="var(--paprika)" />
      <path d="M4.3 17.5h23.4c-.8 1.7-1.9 3.1-3.2 4.2h-17c-1.3-1.1-2.4-2.5-3.2-4.2Z" fill="var(--saffron)" />
      <path d="M9.3 23.2h13.4c-2 1.2-4.3 1.8-6.7 1.8s-4.7-.6-6.7-1.8Z" fill="var(--herb)" />
      <path
        d="M11 8.8c0-1.6 1.6-1.9 1.6-3.6M16 8.8c0-1.6 1.6-1.9 1.6-3.6M21 8.8c0-1.6 1.6-1.9 1.6-3.6"
        fill="none"
        stroke="var(--ink-faint)"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
