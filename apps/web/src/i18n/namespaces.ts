/** The parts of the catalog. A key that names none is of the first. */
export const namespaces = ["app", "chat", "donate", "swarm", "problems"] as const;
export type Namespaces = typeof namespaces;
