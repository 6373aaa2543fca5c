/** Words of the donate page. */
export const donate = {
  title: "Donate",
} as const;
