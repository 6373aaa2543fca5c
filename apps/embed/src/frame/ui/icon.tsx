const paths = {
  chip: "M5 5h10v10H5zM8 8h4v4H8zM8 2v3M12 2v3M8 15v3M12 15v3M2 8h3M2 12h3M15 8h3M15 12h3",
  load: "M10 3v9M6 8.5 10 12.5l4-4M4 16.5h12",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  chat: "M3 4h14v9H9l-4 3.5V13H3z",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.8",
  stop: "M6 6h8v8H6z",
  pause: "M7.5 5.5v9M12.5 5.5v9",
  play: "M7 5l8 5-8 5z",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
} as const;
export type IconName = keyof typeof paths;

/** Says nothing by itself: words stand beside it, or name its button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The site's bowl (apps/web/src/ui/logo.tsx). */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <path class="logo-a" d="M3 11h26a13 15.5 0 0 1-.6 4.5H3.6A13 15.5 0 0 1 3 11Z" />
      <path class="logo-b" d="M4 17h24a13 15.5 0 0 1-2.1 4H6.1A13 15.5 0 0 1 4 17Z" />
      <path class="logo-c" d="M7.3 22.5h17.4a13 15.5 0 0 1-5.4 3.7h-6.6a13 15.5 0 0 1-5.4-3.7Z" />
      <path
        class="logo-steam"
        d="M10.2 8c0-1.9 1.7-2.3 1.7-4.4M15.2 8c0-1.9 1.7-2.3 1.7-4.4M20.2 8c0-1.9 1.7-2.3 1.7-4.4"
      />
    </svg>
  );
}
