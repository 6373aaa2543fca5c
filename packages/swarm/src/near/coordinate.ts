/**
 * Network coordinates, so that the round trip between two tabs that never met is known about as well as that between those
 * that did: Vivaldi with heights (Dabek, Cox, Kaashoek, Morris: "Vivaldi: A Decentralized Network Coordinate System",
 * SIGCOMM 2004), in three dimensions. The places stand for the network's core, the height for a tab's own way to it.
 */

type Place = readonly [number, number, number];

/** Where a tab is. All in ms of round trip, `error` as a share: 0 fits all that was measured, 1 knows nothing. */
export interface Coordinate {
  readonly place: Place;
  readonly height: number;
  readonly error: number;
}

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

export const nowhere: Coordinate = { place: [0, 0, 0], height: leastHeightMs, error: 1 };

/** The estimated round trip between two tabs, in ms. */
export function roundTripBetween(a: Coordinate, b: Coordinate): number {
  return lengthOf(minus(a.place, b.place)) + a.height + b.height;
}

/**
 * Where a tab is after it measured a round trip to another one, which itself stays where it is. `towards` is a direction of
 * length 1 for tabs that are at one place. Whoever is unsure moves more, and who is known well counts more.
 */
export function afterSample(own: Coordinate, other: Coordinate, roundTripMs: number, towards: Place): Coordinate {
  const measuredMs = clamp(roundTripMs, sampleMs.least, sampleMs.most);
  const estimatedMs = roundTripBetween(own, other);
  const weight = own.error / (own.error + other.error);
  const sampleError = Math.abs(estimatedMs - measuredMs) / measuredMs;
  const error = clamp(sampleError * errorShare * weight + own.error * (1 - errorShare * weight), leastError, 1);

  const stepMs = moveShare * weight * clamp(measuredMs - estimatedMs, -greatestPullMs, greatestPullMs);
  const apart = minus(own.place, other.place);
  const core = lengthOf(apart);
  const along = core < 1e-6 ? towards : scaled(apart, 1 / core);
  // The unit vector of a height model: what is apart, and both heights, each by its share of the whole distance.
  const span = core + own.height + other.height;
  const flat = core < 1e-6 ? 1 : core / span;
  const up = (own.height + other.height) / span;
  const [x, y, z] = own.place;
  const [dx, dy, dz] = scaled(along, stepMs * flat);
  return {
    place: [within(x + dx), within(y + dy), within(z + dz)],
    height: clamp(own.height + stepMs * up, leastHeightMs, farthestMs),
    error,
  };
}

function minus([a, b, c]: Place, [d, e, f]: Place): Place {
  return [a - d, b - e, c - f];
}

function scaled([a, b, c]: Place, by: number): Place {
  return [a * by, b * by, c * by];
}

function lengthOf([a, b, c]: Place): number {
  return Math.sqrt(a * a + b * b + c * c);
}

function within(ms: number): number {
  return clamp(ms, -farthestMs, farthestMs);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
