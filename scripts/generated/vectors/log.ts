import { hex, type Vector } from './vector.ts';

const entries = ['entry 0', 'a longer entry', 'x'.repeat(1024)].map(hex);
const bundle = (...parts: readonly string[]): string => parts.join('');
const refused = (name: string, bundled: string): Vector => ({
  name,
  do: 'read bundle',
  in: { bundle: bundled },
  refused: name,
});

const bundles: Vector[] = [
  { name: 'three entries', do: 'write bundle', in: { entries } },
  { name: 'two entries', do: 'read bundle', in: { bundle: bundle('0001', '61', '0002', '6263') } },
  { name: 'an entry of 1,024 bytes', do: 'read bundle', in: { bundle: bundle('0400', '61'.repeat(1024)) } },
  refused('a bundle of nothing', ''),
  refused('an empty entry', '0000'),
  refused('half a length', bundle('0001', '61', '00')),
  refused('a cut entry', bundle('0003', '6162')),
  refused('a byte behind the last entry', bundle('0001', '61', '62')),
  refused('an entry of 1,025 bytes', bundle('0401', '61'.repeat(1025))),
  refused('4,097 entries', bundle('0001', '61').repeat(4097)),
];

const tiles: Vector[] = (
  [
    [0, 0, 256],
    [0, 0, 1],
    [0, 999, 256],
    [0, 1000, 255],
    [1, 1_234_067, 256],
    [2, 0, 17],
    ['entries', 1_234_067, 8],
  ] as const
).map(([level, number, width]) => ({
  name: `tile ${level} ${number} ${width}`,
  do: 'tile',
  in: { level, number, width },
}));

const partials: Vector[] = [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000].map((size) => ({
  name: `the right edge of ${size} entries`,
  do: 'partial tiles',
  in: { size },
}));

/** Bundles and tiles. */
export const logVectors = (): Vector[] => [...bundles, ...tiles, ...partials];
