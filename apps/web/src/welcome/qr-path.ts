/** The dark cells of a QR code (rows of cells, true for dark) as an SVG path of one stroke a run of neighbours, in cells. */
export function qrPath(rows: readonly (readonly boolean[])[]): string {
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      let width = 1;
      while (row[x + width] === true) width += 1;
      path += `M${x} ${y}h${width}v1h-${width}z`;
      x += width;
    }
  });
  return path;
}
