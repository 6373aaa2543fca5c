/** Words of the frame around all pages: header, banners, updates, invitation, languages. */
export const app = {
  skip: "Skip to content",
} as const;
