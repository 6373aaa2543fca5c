/** The parts of the catalog. A key that names none is of the first. */
export const namespaces = ["app", "chat", "swarm", "problems"] as const;
/** With the parts that come with their pages. */
export type Namespaces = readonly [...typeof namespaces, "donate", "privacy", "partners", "admin"];
