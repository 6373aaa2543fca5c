/** The pages, by the first part of their address. All chats are one page: going from chat to chat mounts nothing anew. */
const parts = {
  "": "chat",
  c: "chat",
  donate: "donate",
  swarm: "swarm",
  privacy: "privacy",
  partners: "partners",
  admin: "admin",
} as const;
export type Part = (typeof parts)[keyof typeof parts] | "missing";

export function partOf(path: string): Part {
  const first = path.split("/")[1] ?? "";
  return Object.hasOwn(parts, first) ? parts[first as keyof typeof parts] : "missing";
}
