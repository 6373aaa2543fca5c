import { type DestinationStream, type Logger, pino } from "pino";

/** Structured lines. What is logged is names, reasons and counts; of ids the first 8 digits at most. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Enough of a tab's or chat's id to follow it through a log, too little to name it on the wire. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
