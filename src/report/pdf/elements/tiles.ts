import { type Canvas, ensure } from '../file/canvas.ts';
import { artifact, leaf } from '../file/tags.ts';
import { fillBox } from '../shapes.ts';
import { breakLines } from '../text/inline.ts';
import { baseline, drawText } from '../text/text.ts';
import { COLORS, type Color, STYLES } from '../theme.ts';

/** A number that the reader should see first, with what it counts. */
export interface Tile {
  readonly value: string;
  readonly label: string;
  readonly color?: Color;
}

const HEIGHT = 56;
const GAP = 10;

/** Key figures side by side, all of one width. */
export function tiles(canvas: Canvas, items: readonly Tile[]): void {
  ensure(canvas, HEIGHT);
  const width = (canvas.frame.width - GAP * (items.length - 1)) / items.length;
  const top = canvas.y;
  items.forEach((tile, index) => {
    const x = canvas.frame.left + index * (width + GAP);
    const color = tile.color ?? COLORS.ink;
    artifact(canvas, () => {
      fillBox(canvas, { x, y: top, width, height: HEIGHT }, COLORS.panel);
      fillBox(canvas, { x, y: top, width, height: 2 }, tile.color ?? COLORS.rule);
    });
    leaf(canvas, 'P', () => {
      drawText(canvas, tile.value, { x: x + 9, y: top + 24 }, { ...STYLES.figure, color });
      const lines = breakLines(canvas.faces, tile.label, STYLES.furniture, width - 16);
      lines.slice(0, 2).forEach((line, row) => {
        const y = top + 30 + row * STYLES.furniture.leading + baseline(STYLES.furniture);
        const text = line.pieces.map((piece) => piece.text).join('');
        drawText(canvas, text, { x: x + 9, y }, STYLES.furniture);
      });
    });
  });
  canvas.y = top + HEIGHT + 12;
}
