import { readdir, readFile } from "node:fs/promises";

/** Linux counts in hundredths of a second, whatever its kernel's timer does. */
const ticksPerSecond = 100;

/** User and system time, in seconds, of the text of `/proc/<pid>/stat`; see proc_pid_stat(5). */
export function cpuSecondsOf(stat: string): number {
  // The name in parentheses may hold blanks and parentheses of its own. utime and stime are the fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Seconds of all cores that were neither idle nor waiting for a disk, of the text of `/proc/stat`. */
export function busySecondsOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (stat.split("\n")[0] ?? "")
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

/** CPU seconds so far of each process; one that is gone is left out. */
export async function processTimes(pids: readonly number[]): Promise<Map<number, number>> {
  const times = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/stat`, "utf8").then(cpuSecondsOf, () => null)] as const),
  );
  return new Map(times.flatMap(([pid, seconds]) => (seconds === null ? [] : [[pid, seconds] as const])));
}

/** CPU seconds so far of each thread of a process, by its id, with its name. */
export async function threadTimes(pid: number): Promise<ReadonlyMap<number, { name: string; seconds: number }>> {
  const threads = new Map<number, { name: string; seconds: number }>();
  for (const tid of await readdir(`/proc/${pid}/task`)) {
    const stat = await readFile(`/proc/${pid}/task/${tid}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    threads.set(Number(tid), { name, seconds: cpuSecondsOf(stat) });
  }
  return threads;
}
