import type { Canvas } from '../file/canvas.ts';
import { ref } from '../file/objects.ts';
import { nameObject } from '../file/pdfkit-internals.ts';
import { pt } from '../shapes.ts';
import type { TextStyle } from '../theme.ts';
import { showOperand, textWidth } from './fonts.ts';

/** A text that a page has a place for, while what it says is known only when every page is. */
export interface LateText {
  /** Number of the form XObject (ISO 32000-1, 8.10) that draws it. */
  readonly id: number;
  readonly text: () => string;
  /** End of the text and its baseline, in points from the top left. */
  readonly place: { readonly right: number; readonly y: number };
  readonly style: TextStyle;
}

/**
 * Draws a text that ends at `right`, with its baseline at `y`; marks nothing. The page only names a form
 * XObject, which is written at the end of the document, so the page itself need not wait.
 */
export function drawLate(canvas: Canvas, text: () => string, place: LateText['place'], style: TextStyle): void {
  const id = canvas.objects.next();
  canvas.doc.addContent(`/${nameObject(canvas.doc, id)} Do`);
  canvas.late.push({ id, text, place, style });
}

/** Writes all late texts, some at a time; every page has to be finished. */
export function* writeLate(canvas: Canvas): Generator<void> {
  const { faces, frame, late, objects } = canvas;
  if (late.length === 0) return;
  const resources = objects.next();
  const fonts = Object.values(faces).map((face) => `/${face.id} ${face.resource}`);
  objects.write(resources, `<< /Font << ${fonts.join(' ')} >> >>`);
  for (const [index, { id, text, place, style }] of late.entries()) {
    if (index % 256 === 0) yield;
    const face = faces[style.face];
    const shown = text();
    const x = place.right - textWidth(face, shown, style.size);
    const look = `/${face.id} ${style.size} Tf ${style.color.join(' ')} rg`;
    const content =
      shown === '' ? '' : `BT ${look} 1 0 0 -1 ${pt(x)} ${pt(place.y)} Tm ${showOperand(face, shown) ?? '[]'} TJ ET`;
    const box = [frame.left, place.y - style.leading, frame.left + frame.width, place.y + style.leading];
    const entries = `/Type /XObject /Subtype /Form /BBox [${box.map(pt).join(' ')}] /Resources ${ref(resources)}`;
    objects.writePlain(id, [`<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`]);
  }
}
