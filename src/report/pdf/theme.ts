import type { Verdict } from '../../model/verdict.ts';

/** Red, green and blue, each 0 to 1, as PDF operands. */
export type Color = readonly [number, number, number];

function hex(code: string): Color {
  const at = (start: number) => Math.round((Number.parseInt(code.slice(start, start + 2), 16) / 255) * 1000) / 1000;
  return [at(1), at(3), at(5)];
}

/** Every colour of the report; text colours hold 4.5:1 against white (WCAG 2.2 AA). */
export const COLORS = {
  ink: hex('#17202b'),
  muted: hex('#566273'),
  hairline: hex('#d7dce3'),
  rule: hex('#8b96a5'),
  panel: hex('#f4f6f8'),
  accent: hex('#1d4e79'),
  white: hex('#ffffff'),
  green: hex('#1a6f45'),
  greenTint: hex('#e6f2eb'),
  red: hex('#a8231c'),
  redTint: hex('#fbeae8'),
  amber: hex('#8a5a00'),
  amberTint: hex('#fbf2dd'),
  blue: hex('#2a5a9c'),
  blueTint: hex('#e8eff8'),
  grey: hex('#566273'),
  greyTint: hex('#eef0f3'),
  dayMet: hex('#a9d3b9'),
  dayPartial: hex('#e3c27a'),
} as const;

export type FaceName = 'sans' | 'bold' | 'mono';

/** How a text is set: face, size and line height in points. */
export interface TextStyle {
  readonly face: FaceName;
  readonly size: number;
  readonly leading: number;
  readonly color: Color;
}

const style = (face: FaceName, size: number, leading: number, color: Color = COLORS.ink): TextStyle => ({
  face,
  size,
  leading,
  color,
});

export const STYLES = {
  title: style('bold', 27, 33),
  subtitle: style('sans', 13, 18, COLORS.muted),
  h1: style('bold', 19, 25),
  h2: style('bold', 13.5, 18),
  h3: style('bold', 12, 16),
  h4: style('bold', 10, 14),
  body: style('sans', 9.5, 13.5),
  strong: style('bold', 9.5, 13.5),
  small: style('sans', 8.25, 11.25),
  note: style('sans', 8.25, 11.25, COLORS.muted),
  label: style('bold', 7.5, 10.5, COLORS.muted),
  mono: style('mono', 7.75, 11.25),
  figure: style('bold', 19, 22),
  furniture: style('sans', 7.5, 10, COLORS.muted),
} as const;

/** Page sizes in points. */
export const PAPERS = { A4: [595.28, 841.89], Letter: [612, 792] } as const;
export type Paper = keyof typeof PAPERS;

/** Space around the text, in points; header and footer stand inside top and bottom. */
export const MARGINS = { left: 56, right: 56, top: 78, bottom: 66 } as const;

/** Colour and tint of a verdict. The icon and the word carry the meaning; colour only repeats it. */
export const VERDICT_COLORS: Readonly<Record<Verdict, { readonly color: Color; readonly tint: Color }>> = {
  met: { color: COLORS.green, tint: COLORS.greenTint },
  met_with_exceptions: { color: COLORS.green, tint: COLORS.greenTint },
  not_met: { color: COLORS.red, tint: COLORS.redTint },
  inconclusive: { color: COLORS.amber, tint: COLORS.amberTint },
  not_assessed: { color: COLORS.grey, tint: COLORS.greyTint },
  awaiting_attestation: { color: COLORS.blue, tint: COLORS.blueTint },
  not_applicable: { color: COLORS.grey, tint: COLORS.greyTint },
};
