/** For names with a hash of their content, which never mean anything else. */
export const forever = "public, max-age=31536000, immutable";
/** Asked for again each time, answered with 304: a repaired file must not hide behind a cache. */
export const revalidated = "no-cache";
