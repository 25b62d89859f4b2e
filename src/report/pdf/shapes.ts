import type { Canvas } from './file/canvas.ts';
import type { Color } from './theme.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A coordinate as a PDF operand. */
export function pt(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The operand of `re` for a box. */
export function boxPath(box: Box): string {
  return `${pt(box.x)} ${pt(box.y)} ${pt(box.width)} ${pt(box.height)} re`;
}

export function fillBox(canvas: Canvas, box: Box, color: Color): void {
  canvas.doc.addContent(`${color.join(' ')} rg ${boxPath(box)} f`);
}

/** A box with round corners. */
export function fillPill(canvas: Canvas, box: Box, radius: number, color: Color): void {
  const r = Math.min(radius, box.height / 2);
  const k = r * 0.4477;
  const [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  const path = [
    `${pt(left + r)} ${pt(top)} m ${pt(right - r)} ${pt(top)} l`,
    `${pt(right - k)} ${pt(top)} ${pt(right)} ${pt(top + k)} ${pt(right)} ${pt(top + r)} c ${pt(right)} ${pt(bottom - r)} l`,
    `${pt(right)} ${pt(bottom - k)} ${pt(right - k)} ${pt(bottom)} ${pt(right - r)} ${pt(bottom)} c ${pt(left + r)} ${pt(bottom)} l`,
    `${pt(left + k)} ${pt(bottom)} ${pt(left)} ${pt(bottom - k)} ${pt(left)} ${pt(bottom - r)} c ${pt(left)} ${pt(top + r)} l`,
    `${pt(left)} ${pt(top + k)} ${pt(left + k)} ${pt(top)} ${pt(left + r)} ${pt(top)} c h`,
  ];
  canvas.doc.addContent(`${color.join(' ')} rg ${path.join(' ')} f`);
}

/** A horizontal line from the left edge of the text over `width` points. */
export function rule(canvas: Canvas, at: { x: number; y: number; width: number }, weight: number, color: Color): void {
  canvas.doc.addContent(
    `${color.join(' ')} RG ${weight} w ${pt(at.x)} ${pt(at.y)} m ${pt(at.x + at.width)} ${pt(at.y)} l S`,
  );
}
