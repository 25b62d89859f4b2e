import { LOG } from './notes.ts';
import { hex, type Vector } from './vector.ts';

const PLACES = Array.from({ length: 60 }, (_, at) => ['111122223333', 'global', `arn:aws:s3:::bucket-${at}`]);
const ROOT = '7lryLHezoi8aPytm7DvOe96qUQIq6GCELgyOfJlfBBE=';

const populations: Vector[] = [
  ['nothing', []],
  ['one subject', [['arn:aws:s3:::a', 'a'.repeat(64)]]],
  [
    'subjects sorted by the bytes of their lines',
    [
      ['b', '1'.repeat(64)],
      ['a', '2'.repeat(64)],
      ['a!', '3'.repeat(64)],
      ['A', '4'.repeat(64)],
    ],
  ],
  [
    'subjects sorted by UTF-8, not by UTF-16',
    [
      ['\u{1f600}', '1'.repeat(64)],
      ['\ufb33', '2'.repeat(64)],
    ],
  ],
].map(([name, states]) => ({ name: `the digest of ${name}`, do: 'population digest', in: { states } }));

const sizes: Vector[] = [0, 1, 4, 5, 6, 49, 50, 51, 59, 60, 61, 249, 250, 251, 1_000_000].map((population) => ({
  name: `the sample of ${population}`,
  do: 'sample size',
  in: { population },
}));

const samples: Vector[] = [0, 3, 5, 6, 60].map((count) => ({
  name: `drawn from ${count}`,
  do: 'sample',
  in: { root: ROOT, source: 'check:s3-bucket-tls-only', places: PLACES.slice(0, count) },
}));

const DSSE = 'secure-systems-lab/dsse, protocol.md, test vectors';
const HELLO = 'DSSEv1 29 http://example.com/HelloWorld 11 hello world';
const statements: Vector[] = [
  {
    name: 'the encoding of hello world',
    source: DSSE,
    do: 'pre-authentication encoding',
    in: { payloadType: 'http://example.com/HelloWorld', payload: 'hello world' },
    expect: hex(HELLO),
  },
  {
    name: 'the encoding of more than ASCII: lengths in bytes',
    do: 'pre-authentication encoding',
    in: { payloadType: 'application/vnd.in-toto+json', payload: '{"é":1}' },
  },
  {
    name: 'a bundle around an envelope',
    do: 'sigstore bundle',
    in: { envelope: '{"payloadType":"t","payload":"","signatures":[]}\n', spki: hex(LOG.publicKey) },
  },
];

const REPORT = {
  id: 'acme-2026-10-01',
  title: 'Acme:\nassessment report',
  software: 'witnessmark 0.1.0',
  asOf: '2026-10-01T02:00:00.000Z',
};
const infos: Vector[] = [
  [0],
  [999],
  [1000],
  [1250],
  [999_950],
  [1_000_000, 500],
  [1_500_000_000],
  [2_000_000_000_000],
].map((given) => ({
  name: `bag-info.txt of ${given.join(' and ')} octets`,
  do: 'bag-info',
  in: { report: REPORT, sizes: given },
}));

const CELLS = [
  'plain',
  '',
  '=1+1',
  '+1',
  '-1',
  '@a',
  '\ttab',
  '\rreturn',
  '\nfeed',
  "'quoted",
  ' =1',
  '\u00a0\u200b=1',
  '\u0001=1',
  '＝1',
  '＋1',
  '－1',
  '＠1',
  'a=1',
  ' a',
  ',',
  '"',
  'a"b',
  'a\rb',
  'a\nb',
  ' ',
  "''",
  '٣=1',
];
const tables: Vector[] = [
  { name: 'a table of texts', do: 'csv', in: { names: ['text', 'next'], rows: CELLS.map((it) => [it, 'next']) } },
  {
    name: 'a table of numbers and nothing',
    do: 'csv',
    in: {
      names: ['number', 'next'],
      rows: [
        [0, null],
        [-1, ''],
        [1.5, null],
        [1e21, '0'],
      ],
    },
  },
  { name: 'a table without rows', do: 'csv', in: { names: ['a', 'b,c'], rows: [] } },
];

/** What stands in packs beside proofs. */
export const packVectors = (): Vector[] => [...populations, ...sizes, ...samples, ...statements, ...infos, ...tables];
