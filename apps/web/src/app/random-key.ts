/** 128 random bits as text. `crypto.randomUUID` is missing on pages without TLS, such as one of the local network. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16).padStart(8, "0")).join("");
}
