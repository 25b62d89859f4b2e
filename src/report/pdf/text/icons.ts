import type { Verdict } from '../../../model/verdict.ts';
import { COLORS, type Color } from '../theme.ts';

/** Symbols that differ in shape, so that they can be told apart without colour. */
export type IconName = Verdict | 'valid' | 'missing' | 'expired';

type Paint = (color: string, tint: string) => string;

/** A circle of radius `r` about (50, 50) in a box of 100, by four Bézier curves. */
function circle(r: number): string {
  const k = r * 0.5523;
  const curve = (...at: number[]): string => `${at.map((it) => 50 + it).join(' ')} c`.replace(/ c$/, ' c');
  return [
    `${50 + r} 50 m`,
    curve(r, k, k, r, 0, r),
    curve(-k, r, -r, k, -r, 0),
    curve(-r, -k, -k, -r, 0, -r),
    curve(k, -r, r, -k, r, 0),
    'h',
  ].join(' ');
}

const CHECK = '29 52 m 44 67 l 72 35 l S';
const CROSS = '34 34 m 66 66 l S 66 34 m 34 66 l S';
const QUESTION = '36 40 m 36 22 64 22 64 40 c 64 50 50 50 50 61 c S 50 71 m 50 73 l S';

const filled =
  (shape: string, sign: string): Paint =>
  (color, tint) =>
    `${color} rg ${shape} f ${tint} RG 10 w ${sign}`;
const outlined =
  (shape: string, sign: string): Paint =>
  (color) =>
    `${color} RG 9 w ${shape} S ${sign}`;

const DIAMOND = '50 0 m 100 50 l 50 100 l 0 50 l h';
const SQUARE = '4 4 92 92 re';

const ICONS: Readonly<Record<IconName, Paint>> = {
  met: filled(circle(48), CHECK),
  met_with_exceptions: outlined(circle(44), CHECK),
  not_met: filled(SQUARE, CROSS),
  inconclusive: filled(DIAMOND, QUESTION),
  not_assessed: (color) => `${color} RG 9 w [16 11.6] 0 d ${circle(44)} S [] 0 d`,
  awaiting_attestation: (color) =>
    `${color} rg 50 4 m 78 4 78 48 50 48 c 22 48 22 4 50 4 c f 6 98 m 6 48 94 48 94 98 c h f`,
  not_applicable: outlined(circle(44), '20 80 m 80 20 l S'),
  valid: filled(circle(48), CHECK),
  missing: (color) => `${color} RG 9 w [16 11.6] 0 d ${circle(44)} S [] 0 d`,
  expired: outlined(circle(44), '50 24 m 50 52 l 70 62 l S'),
};

/** Content operators that draw a symbol in the square at (x, y), y downwards, `size` points wide. */
export function iconOperators(name: IconName, at: { x: number; y: number; size: number; color: Color }): string {
  const scale = (at.size / 100).toFixed(4);
  const paint = ICONS[name](at.color.join(' '), COLORS.white.join(' '));
  return `q 1 J 1 j ${scale} 0 0 ${scale} ${at.x.toFixed(2)} ${at.y.toFixed(2)} cm ${paint} Q`;
}
