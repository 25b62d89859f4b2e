import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalize, sha256Hex } from '../../../src/ledger/canonical.ts';
import { projectRoot } from '../root.ts';
import type { Vector } from './vector.ts';

const JCS = 'RFC 8785';

const write = (name: string, json: string): Vector => ({ name, do: 'write', in: { json } });
const unwritable = (name: string, json: string): Vector => ({ ...write(name, json), refused: name });
const unreadable = (name: string, text: string): Vector => ({ name, do: 'read', in: { text }, refused: name });
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** RFC 8785, appendix B: the bits of a double, and how it is written. */
export const NUMBERS: readonly (readonly [bits: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

function published(name: string, section: string, json: string, canonical: string): Vector {
  return {
    ...write(name, json),
    source: `${JCS}, ${section}`,
    expect: { canonical, sha256: sha256Hex(canonical) },
  };
}

const numbers = NUMBERS.map(([bits, text]) =>
  // Seventeen digits name every double.
  published(`the double ${bits}`, 'appendix B', Buffer.from(bits, 'hex').readDoubleBE().toPrecision(17), text),
);

const writing: Vector[] = [
  published(
    'the sample of the RFC',
    'section 3.2.2',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ),
  published(
    'keys by their UTF-16 code units',
    'section 3.2.3',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ),
  write('keys that look like numbers', '{"10":1,"9":2,"1":3}'),
  write('a key named __proto__', '{"z":1,"__proto__":{"a":[]}}'),
  write(
    'every control character and what follows',
    '"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\\u0020\\u007f\\u2028\\u2029"',
  ),
  write('100 levels', nested(100)),
  unwritable('101 levels', nested(101)),
  unwritable('a number without an end', '1e400'),
  unwritable('the first half of a surrogate pair', '"\\ud83d"'),
  unwritable('the second half of a surrogate pair as a key', '{"\\ude00":1}'),
];

const reading: Vector[] = [
  { name: 'canonical text', do: 'read', in: { text: '{"a":[1,"é",null],"b":{}}' } },
  unreadable('a blank', '{"a": 1}'),
  unreadable('a line feed at the end', '{}\n'),
  unreadable('a byte order mark', '\ufeff{}'),
  unreadable('keys in another order', '{"b":1,"a":2}'),
  unreadable('a key twice', '{"a":1,"a":1}'),
  unreadable('a needless escape', '"\\u0041"'),
  unreadable('an escaped solidus', '"\\/"'),
  unreadable('an escape in capitals', '"\\u001F"'),
  unreadable('1.0', '1.0'),
  unreadable('1e0', '1e0'),
  unreadable('-0', '-0'),
  unreadable('an integer that is no double', '9007199254740993'),
  unreadable('NaN', 'NaN'),
  unreadable('nothing', ''),
  unreadable('two values', '{}{}'),
];

const ENTRY = {
  v: 1,
  kind: 'plan',
  id: 'b00d6d43-15f2-8ead-ad14-3694b9210837',
  run: '12351ba6-46a9-8828-9822-8cad6df70349',
  at: '2026-10-01T02:00:00.000Z',
  body: 'sha256:50f36334542a6bf598d57aab437b0f4abfcc37e8ce18c093c4d38a8a46f12a69',
  in: 'ab505bb03693c1a564f4ca40914ca0bdab61f8cb70dade05275669ba6afe4678',
};

const entry = (name: string, changed: object = {}): Vector => ({
  name,
  do: 'entry',
  in: { text: canonicalize({ ...ENTRY, ...changed }) },
});
const badEntry = (name: string, changed: object): Vector => ({ ...entry(name, changed), refused: name });

const entries: Vector[] = [
  entry('an entry'),
  ...[
    'evidence',
    'observations',
    'run',
    'framework',
    'assessment',
    'report',
    'trust',
    'access',
    'statement',
    'alert',
  ].map((kind) => entry(`an entry of kind ${kind}`, { kind })),
  badEntry('an unknown version', { v: 2 }),
  badEntry('an unknown kind', { kind: 'erase' }),
  badEntry('an unknown member', { subject: 'arn:aws:s3:::example' }),
  badEntry('a body without its prefix', { body: ENTRY.body.slice(7) }),
  badEntry('a hash in capitals', { in: ENTRY.in.toUpperCase() }),
  badEntry('a time without milliseconds', { at: '2026-10-01T02:00:00Z' }),
  badEntry('an id that is no UUID', { id: 'b00d6d43' }),
  {
    name: 'an entry that is not canonical',
    do: 'entry',
    in: { text: JSON.stringify(ENTRY) },
    refused: 'order of keys',
  },
];

/** Bodies of every kind: the examples of the page, so that both say the same. */
function bodies(): Vector[] {
  const page = readFileSync(join(projectRoot, 'docs/FORMAT.md'), 'utf8');
  const examples = [...page.matchAll(/<!-- example: Body -->\n```json\n([\s\S]*?)```/g)].map(([, json = '']) =>
    JSON.parse(json),
  );
  const [first] = examples;
  const bad = (name: string, changed: object): Vector => ({
    name,
    do: 'body',
    in: { line: canonicalize({ ...first, ...changed }) },
    refused: name,
  });
  return [
    ...examples.map((it) => ({ name: `the ${it.kind} body of the page`, do: 'body', in: { line: canonicalize(it) } })),
    bad('a body with an unknown member', { note: '' }),
    bad('a body of an unknown kind', { kind: 'erase' }),
    bad('a body with an unknown outcome', { outcome: 'passed' }),
    bad('a body with a salt that is too short', { salt: '20ff5ce79fdfa254' }),
    bad('a body with a number for an account', { account: 111122223333 }),
    { name: 'a body with a blank', do: 'body', in: { line: ` ${canonicalize(first)}` }, refused: 'not canonical' },
  ];
}

const SECRET = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const identities: Vector[] = [
  ['plan', '12351ba6-46a9-8828-9822-8cad6df70349'],
  [
    'evidence',
    'a run',
    '2026-10-01T02:00:00.000Z',
    'check:a-b',
    '111122223333',
    'global',
    'arn:aws:s3:::a"b\\c/é\u2028',
  ],
  ['two', 'parts'],
  ['two\u0000parts'],
].map((parts) => ({ name: `the id of ${parts.length} parts`, do: 'identity', in: { secret: SECRET, parts } }));

/** Canonical JSON and what is made of it. */
export const jsonVectors = (): Vector[] => [...writing, ...numbers, ...reading, ...entries, ...bodies(), ...identities];
