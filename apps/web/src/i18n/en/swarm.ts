/** Words of the swarm page. */
export const swarm = {
  title: "Swarm",
} as const;
