import type { Sli, SliResult, Target } from '../model/health.ts';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A value with its unit, as people read it: `1.5 GiB`, `99.9 %`, `12 ms`. */
export function measureText(value: number, unit: Sli['unit']): string {
  if (unit === 'Bytes') return bytesText(value);
  const text = rounded(value);
  if (unit === 'Count') return text;
  return `${text} ${unit === 'Percent' ? '%' : unit === 'Seconds' ? 's' : 'ms'}`;
}

const SIGNS: Readonly<Record<Target['must'], string>> = { below: '<', above: '>', at_most: '≤', at_least: '≥' };

/** `≥ 99.9 %`. */
export const targetText = ({ target, unit }: Pick<SliResult, 'target' | 'unit'>): string =>
  `${SIGNS[target.must]} ${measureText(target.value, unit)}`;

function bytesText(bytes: number): string {
  const power = Math.min(BINARY.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${BINARY[power]}`;
}

/** Cut and never rounded up: 99.97 % is not 100 %. */
const rounded = (value: number): string => String(Math.floor(value * 100 + 1e-7) / 100);
