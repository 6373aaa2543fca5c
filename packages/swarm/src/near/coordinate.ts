/**
 * Network coordinates, so that the round trip between two tabs that never met is known about as well as that between those
 * that did: Vivaldi with heights (Dabek, Cox, Kaashoek, Morris: "Vivaldi: A Decentralized Network Coordinate System",
 * SIGCOMM 2004), in three dimensions. The places stand for the network's core, the height for a tab's own way to it.
 */

/** A point or a direction. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Where a tab is. All in ms of round trip, `error` as a share: 0 fits all that was measured, 1 knows nothing. */
export interface Coordinate extends Vector {
  readonly height: number;
  readonly error: number;
}

/** Assumed ms from one tab to another of which nothing is known: between two homes. */
const unknownDelayMs = 10;
/** The paper's c_c and c_e: how far one sample moves a tab, and its error, at most. */
const moveShare = 0.25;
const errorShare = 0.25;
/** A sample pulls as if it were off by this much at most, so that one wild word moves nobody far. */
const greatestPullMs = 250;
/** Beyond any path on earth; keeps numbers finite whatever is told. */
const farthestMs = 2000;
const leastHeightMs = 0.05;
const leastError = 0.02;
/** Round trips are told within these; below the first, timers tell nothing. */
const sampleMs = { least: 0.2, most: 5000 };

export const nowhere: Coordinate = { x: 0, y: 0, z: 0, height: leastHeightMs, error: 1 };

/** The estimated round trip between two tabs, in ms. */
export function roundTripBetween(a: Coordinate, b: Coordinate): number {
  return apartMs(a, b) + a.height + b.height;
}

/** Estimated ms from one tab to another, one way; what is unsure counts by its share as unknown. */
export function oneWayMs(a: Coordinate | undefined, b: Coordinate | undefined): number {
  if (a === undefined || b === undefined) return unknownDelayMs;
  const sure = 1 - Math.max(a.error, b.error);
  return (roundTripBetween(a, b) / 2) * sure + unknownDelayMs * (1 - sure);
}

/**
 * Where a tab is after it measured a round trip to another one, which itself stays where it is. `towards` is a direction of
 * length 1 for tabs that are at one place. Whoever is unsure moves more, and who is known well counts more.
 */
export function afterSample(own: Coordinate, other: Coordinate, roundTripMs: number, towards: Vector): Coordinate {
  const measuredMs = clamp(roundTripMs, sampleMs.least, sampleMs.most);
  const estimatedMs = roundTripBetween(own, other);
  const weight = own.error / (own.error + other.error);
  // Unlike in the paper at most 1: one sample that is far off a short way would make an old hand a newcomer.
  const sampleError = Math.min(1, Math.abs(estimatedMs - measuredMs) / measuredMs);
  const error = clamp(sampleError * errorShare * weight + own.error * (1 - errorShare * weight), leastError, 1);

  const stepMs = moveShare * weight * clamp(measuredMs - estimatedMs, -greatestPullMs, greatestPullMs);
  const core = apartMs(own, other);
  const isAtOnePlace = core < 1e-6;
  // The unit vector of a height model: what is apart, and both heights, each by its share of the whole distance.
  const span = core + own.height + other.height;
  const along = isAtOnePlace ? stepMs : stepMs / span;
  const up = isAtOnePlace ? 0 : (own.height + other.height) / span;
  const { x, y, z } = isAtOnePlace ? towards : { x: own.x - other.x, y: own.y - other.y, z: own.z - other.z };
  return {
    x: clamp(own.x + x * along, -farthestMs, farthestMs),
    y: clamp(own.y + y * along, -farthestMs, farthestMs),
    z: clamp(own.z + z * along, -farthestMs, farthestMs),
    height: clamp(own.height + stepMs * up, leastHeightMs, farthestMs),
    error,
  };
}

/** Without the heights. Written out, because a route asks for it ten thousands of times. */
function apartMs(a: Vector, b: Vector): number {
  const x = a.x - b.x;
  const y = a.y - b.y;
  const z = a.z - b.z;
  return Math.sqrt(x * x + y * y + z * z);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
