/** A picture of at most 256 colours. */
export interface Indexed {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each colour. */
  readonly palette: Uint8Array;
  /** One a pixel, row by row. */
  readonly indices: Uint8Array;
}

/** So many of the commonest colours are kept as they are; the rest of the places are for averages. */
const exactColours = 128;
const places = 256;

/** `rgba` are a picture's pixels, all opaque. Colours that are rare become the nearest ones that are kept. */
export function reduceColours(rgba: Uint8Array, width: number, height: number): Indexed {
  const counts = new Map<number, number>();
  for (let i = 0; i < rgba.length; i += 4) {
    const colour = colourAt(rgba, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const common = [...counts].toSorted((a, b) => b[1] - a[1]);
  const palette = common.slice(0, exactColours).map(([colour]) => colour);
  palette.push(...averages(common.slice(exactColours)).slice(0, places - palette.length));

  const nearest = new Map<number, number>(palette.map((colour, index) => [colour, index]));
  const indices = new Uint8Array(width * height);
  for (let i = 0; i < indices.length; i += 1) {
    const colour = colourAt(rgba, i * 4);
    let index = nearest.get(colour);
    if (index === undefined) {
      index = nearestTo(colour, palette);
      nearest.set(colour, index);
    }
    indices[i] = index;
  }
  return {
    width,
    height,
    palette: Uint8Array.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])),
    indices,
  };
}

const colourAt = (rgba: Uint8Array, i: number): number =>
  ((rgba[i] ?? 0) << 16) | ((rgba[i + 1] ?? 0) << 8) | (rgba[i + 2] ?? 0);

/** One colour for each group of colours that differ little, those of most pixels first. */
function averages(colours: readonly (readonly [colour: number, count: number])[]): number[] {
  const groups = new Map<number, { count: number; red: number; green: number; blue: number }>();
  for (const [colour, count] of colours) {
    // Three bits less of each.
    const key = colour & 0xe0e0e0;
    const group = groups.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    group.count += count;
    group.red += count * (colour >> 16);
    group.green += count * ((colour >> 8) & 255);
    group.blue += count * (colour & 255);
    groups.set(key, group);
  }
  const mean = (sum: number, count: number): number => Math.round(sum / count);
  return [...groups.values()]
    .toSorted((a, b) => b.count - a.count)
    .map(({ count, red, green, blue }) => (mean(red, count) << 16) | (mean(green, count) << 8) | mean(blue, count));
}

function nearestTo(colour: number, palette: readonly number[]): number {
  let best = 0;
  let bestDistance = Infinity;
  palette.forEach((other, index) => {
    const red = (colour >> 16) - (other >> 16);
    const green = ((colour >> 8) & 255) - ((other >> 8) & 255);
    const blue = (colour & 255) - (other & 255);
    // The eye tells greens best and blues least.
    const distance = 3 * red * red + 6 * green * green + blue * blue;
    if (distance >= bestDistance) return;
    best = index;
    bestDistance = distance;
  });
  return best;
}
