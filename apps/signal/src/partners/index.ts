/** Partners as the command line changes them, with or without a running coordinator. */
export { dataDirOf } from "../settings.ts";
export { findRoot } from "../find-root.ts";
export { readAdminToken } from "./admin-token.ts";
export { PartnerError } from "./partner-error.ts";
export { PartnerRegistry } from "./registry.ts";
