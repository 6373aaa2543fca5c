/**
 * Version of everything on every wire: signal events, frame headers, control messages.
 * Two tabs, or a tab and the coordinator, talk only when it is equal; bump it whenever a shape changes
 * (`fingerprint.test.ts` fails until you do).
 */
export const PROTOCOL_VERSION = 1;

/** What a user reads when the other side speaks another version. */
export function versionMismatch(theirs: number): string {
  return theirs > PROTOCOL_VERSION
    ? `This page is older than the swarm (protocol ${PROTOCOL_VERSION}, swarm ${theirs}). Reload the page to update it.`
    : `The other side is older than this page (protocol ${theirs}, this page ${PROTOCOL_VERSION}). Ask its owner to reload or update it.`;
}
