import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalize, sha256Hex } from '../../../src/ledger/canonical.ts';
import { Body } from '../../../src/model/entry.ts';
import type { Report } from '../../../src/model/report.ts';
import type { Sample, SourceSample } from '../../../src/model/sample.ts';
import {
  consistencyPath,
  earlierCheckpointPath,
  PATHS,
  proofName,
  proofsPath,
  retrievalPath,
} from '../../../src/pack/paths.ts';
import { signPdf } from '../../../src/pack/sign/pdf.ts';
import { collect } from '../../../src/pack/sink.ts';
import { tarOf } from '../../../src/pack/tar.ts';
import type { VerifyResult } from '../../../src/pack/verify/types.ts';
import { reportJson } from '../../../src/report/formats/report-json.ts';
import { fixture, formatsOf, proofsIn } from '../fixture.ts';
import { documentKeys, ed25519Signer } from '../keys.ts';
import {
  type Built,
  builtPack,
  type Files,
  failedSteps,
  filesOf,
  remanifested,
  resealed,
  textOf,
  verified,
  withFiles,
} from '../pack.ts';
import { unsignedPdf } from '../sample-pdf.ts';

let built: Built;
beforeAll(async () => {
  built = await builtPack();
});

/** Changes files as somebody with the document key could, so that hashes and statement hold again. */
async function inside(changes: Parameters<typeof withFiles>[1]): Promise<Files> {
  return await resealed(withFiles(built.files, changes), built.keys.document);
}

const messages = (result: VerifyResult, code: string): string =>
  (result.steps.find((it) => it.code === code)?.findings ?? [])
    .map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)
    .join('\n');

const lines = (): string[] => textOf(built.files, PATHS.bodies).split('\n').slice(0, -1);
const bodiesOf = (changed: readonly string[]): string => changed.map((line) => `${line}\n`).join('');
const lineOf = (wanted: (body: Record<string, unknown>) => boolean): number =>
  lines().findIndex((line) => wanted(JSON.parse(line)));

function reportWith(change: (report: Report) => Report): Report {
  return change(JSON.parse(textOf(built.files, PATHS.json)));
}

/** Every table that a report and bodies give. */
async function tables(report: Report, changed: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  const sealed = changed.map((line) => ({ line, body: Body.parse(JSON.parse(line)) }));
  for (const { path, content } of formatsOf(report, sealed)) files[`data/${path}`] = await collect(content);
  return files;
}

/** A pack whose PDF has the changed report attached, all signed again: only its content can be wrong. */
async function insideReport(change: (report: Report) => Report): Promise<Files> {
  const report = reportWith(change);
  const [json, { keys }] = [reportJson(report), built];
  const signing = { signer: keys.document, certificates: [keys.signingPem, keys.rootPem] };
  const pdf = await collect(signPdf(await unsignedPdf(json), signing));
  return await inside({ ...(await tables(report, lines())), [PATHS.json]: json, [PATHS.pdf]: pdf });
}

describe('a good pack', () => {
  it('passes every step, and says what was trusted for want of anything better', async () => {
    const result = await verified(built.files);
    expect(failedSteps(result)).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.steps).toHaveLength(18);
    expect(result.warnings).toHaveLength(2);
  });

  it('passes without warnings when key, root and an earlier checkpoint come from elsewhere', async () => {
    const trust = { verifierKeys: ['other', built.vkey], trustedRoot: built.keys.rootPem };
    for (const size of [4, built.request.report.ledger.size]) {
      const result = await verified(built.files, { ...trust, since: await built.checkpoint(size) });
      expect(result).toMatchObject({ ok: true, warnings: [] });
    }
  });

  it('still passes after being sealed again unchanged, so that the tests below show what they say', async () => {
    expect((await verified(await inside({}))).ok).toBe(true);
    expect((await verified(await insideReport((it) => it))).ok).toBe(true);
  });
});

describe('trust', () => {
  it('refuses another root, another ledger key, and a root that is no certificate', async () => {
    const other = await documentKeys();
    const wrong = await verified(built.files, { trustedRoot: other.rootPem });
    expect(messages(wrong, 'certificate-chain')).toContain('is not the root certificate that you trust');
    expect(failedSteps(await verified(built.files, { trustedRoot: 'nonsense' }))).toEqual(['certificate-chain']);
    expect(failedSteps(await verified(built.files, { verifierKeys: ['nonsense'] }))).toEqual(['checkpoint']);
    expect(failedSteps(await verified(built.files, { verifierKeys: [] }))).toEqual(['checkpoint']);
  });

  it('shows a whole pack of an impostor as such, which without keys from elsewhere looks right', async () => {
    const [keys, ledgerKey] = [await documentKeys(), ed25519Signer()];
    const files = await filesOf(await fixture(keys, ledgerKey));
    expect((await verified(files)).ok).toBe(true);
    const result = await verified(files, { trustedRoot: built.keys.rootPem, verifierKeys: [built.vkey] });
    expect(failedSteps(result)).toEqual(['certificate-chain', 'checkpoint']);
  });

  it('refuses a document key that the root did not certify', async () => {
    const other = await documentKeys();
    const files = await resealed(withFiles(built.files, { [PATHS.signing]: other.signingPem }), other.document);
    const result = await verified(files);
    expect(failedSteps(result)).toEqual(expect.arrayContaining(['certificate-chain', 'pdf-signature']));
    expect(messages(result, 'certificate-chain')).toContain('was not issued by data/trust/root.pem');
  });

  it('refuses certificates in each other’s place', async () => {
    const files = await inside({ [PATHS.signing]: built.keys.rootPem, [PATHS.root]: built.keys.signingPem });
    expect(messages(await verified(files), 'certificate-chain')).toContain('is not a certificate authority');
  });

  it('refuses a report signed outside the validity of its certificate', async () => {
    const files = await insideReport((it) => ({ ...it, signing: { ...it.signing, at: '2040-01-01T00:00:00.000Z' } }));
    expect(messages(await verified(files), 'certificate-chain')).toContain('was not valid at 2040-01-01');
  });
});

describe('attestation', () => {
  it('names a file that was changed by somebody who cannot sign', async () => {
    const files = remanifested(withFiles(built.files, { 'data/controls.csv': 'control,verdict\r\nCC6.7,met\r\n' }));
    const result = await verified(files);
    expect(failedSteps(result)).toEqual(['attestation', 'report']);
    expect(messages(result, 'attestation')).toBe('data/controls.csv: is not what was signed (another SHA-256)');
  });

  it('covers the files beside data/ that it can', async () => {
    const result = await verified(remanifested(withFiles(built.files, { 'README.txt': 'run rm -rf /\n' })));
    expect(messages(result, 'attestation')).toContain('README.txt');
  });

  it('refuses a second signature and another key', async () => {
    const envelope = JSON.parse(textOf(built.files, PATHS.attestation));
    envelope.signatures.push(envelope.signatures[0]);
    const twice = remanifested(withFiles(built.files, { [PATHS.attestation]: `${JSON.stringify(envelope)}\n` }));
    expect(failedSteps(await verified(twice))).toEqual(['attestation', 'sigstore']);
    const other = await resealed(built.files, (await documentKeys()).document);
    expect(messages(await verified(other), 'attestation')).toContain('is not one of the key of');
  });
});

describe('pdf-signature', () => {
  const withPdf = async (pdf: Uint8Array): Promise<string> => {
    const result = await verified(await inside({ [PATHS.pdf]: pdf }));
    expect(failedSteps(result)).toContain('pdf-signature');
    return messages(result, 'pdf-signature');
  };
  const pdf = (): Buffer => Buffer.from(built.files.get(PATHS.pdf) ?? '');

  it('refuses bytes behind the end, before the start, and a changed one', async () => {
    expect(await withPdf(Buffer.concat([pdf(), Buffer.from('\n%junk')]))).toContain('does not cover the whole file');
    expect(await withPdf(Buffer.concat([Buffer.from('%junk\n'), pdf()]))).toContain('does not cover');
    const changed = pdf();
    changed[changed.indexOf('/Lang (en)') + 8] = 0x78;
    expect(await withPdf(changed)).toContain('was changed after it was signed');
  });

  it('refuses padding that is not zero, and digits in another spelling', async () => {
    const padded = pdf();
    padded.write('ff', padded.indexOf('0000>') + 2, 'latin1');
    expect(await withPdf(padded)).toContain('something behind the signature');
    const spelled = pdf();
    const at = spelled.indexOf('/Contents <3082') + '/Contents <'.length;
    spelled.write(
      spelled
        .subarray(at, at + 400)
        .toString('latin1')
        .toUpperCase(),
      at,
      'latin1',
    );
    expect(await withPdf(spelled)).toContain('not hexadecimal');
  });

  it('refuses an unsigned PDF, a second signature and one by another key', async () => {
    expect(await withPdf(await collect(built.request.pdf))).toContain('does not cover the whole file');
    expect(await withPdf(Buffer.from('%PDF-1.7\n'))).toContain('is not signed');
    expect(await withPdf(Buffer.concat([pdf(), pdf()]))).toContain('more than one signature');
    const other = await documentKeys();
    const signing = { signer: other.document, certificates: [built.keys.signingPem, built.keys.rootPem] };
    expect(await withPdf(await collect(signPdf(built.request.pdf, signing)))).toContain('is not one of the key of');
    const chain = { signer: built.keys.document, certificates: [built.keys.signingPem] };
    expect(await withPdf(await collect(signPdf(built.request.pdf, chain)))).toContain(
      'not written as a pack writes it',
    );
  });
});

describe('report', () => {
  it('refuses one that does not add up', async () => {
    const summary = (it: Report) => ({
      ...it,
      summary: { ...it.summary, verdicts: { ...it.summary.verdicts, met: 9 } },
    });
    const result = await verified(await insideReport(summary));
    expect(failedSteps(result)).toEqual(['report']);
    expect(messages(result, 'report')).toContain('summary.verdicts.met: it says 9, its parts give 0');
  });

  it('refuses one that is not the one in the PDF', async () => {
    const files = await inside({
      [PATHS.json]: reportJson(reportWith((it) => ({ ...it, limitations: ['None at all.'] }))),
    });
    const result = await verified(files);
    expect(failedSteps(result)).toEqual(['report']);
    expect(messages(result, 'report')).toContain('another report.json attached');
  });
});

describe('renderings', () => {
  it('names the line of a table that says something else than the report, though it is signed', async () => {
    const csv = textOf(built.files, 'data/controls.csv').replace('met_with_exceptions', 'met');
    const result = await verified(await inside({ 'data/controls.csv': csv }));
    expect(failedSteps(result)).toEqual(['report']);
    expect(messages(result, 'report')).toBe('data/controls.csv:2 is not what data/report.json and the evidence give');
  });

  it('refuses evidence.csv without one of its rows, and a pack without one of its tables', async () => {
    const csv = textOf(built.files, 'data/evidence.csv').split('\r\n').toSpliced(3, 1).join('\r\n');
    expect(messages(await verified(await inside({ 'data/evidence.csv': csv })), 'report')).toContain(
      'data/evidence.csv:4',
    );
    const without = await verified(await inside({ 'data/runs.csv': undefined }));
    expect(messages(without, 'report')).toBe('data/runs.csv: is missing');
  });
});

describe('checkpoint', () => {
  it('refuses a report of another ledger, and a note by another key', async () => {
    const ledger = (it: Report) => ({ ...it, ledger: { ...it.ledger, size: 13 } });
    expect(failedSteps(await verified(await insideReport(ledger)))).toEqual(['checkpoint']);
    const other = await fixture(built.keys, ed25519Signer());
    const files = await inside({ [PATHS.checkpoint]: other.request.checkpoint });
    expect(failedSteps(await verified(files))).toEqual(expect.arrayContaining(['checkpoint', 'inclusion']));
  });
});

/** The pack's tar of proofs with some of them changed, added or left out. */
function withProofs(changed: Readonly<Record<string, Uint8Array | undefined>>): Record<string, Uint8Array> {
  const proofs = new Map<string, Uint8Array | undefined>([...proofsIn(built.files), ...Object.entries(changed)]);
  const members = [...proofs].flatMap(([name, bytes]) => (bytes === undefined ? [] : [{ name, bytes }]));
  return { [proofsPath(0)]: tarOf(members) };
}

describe('evidence and inclusion', () => {
  it('names the line of a body that was rewritten, even when everything is signed again', async () => {
    const at = lineOf((it) => it.outcome === 'non_compliant');
    const changed = lines().map((line, it) => (it === at ? line.replace('"non_compliant"', '"compliant"') : line));
    const result = await verified(await inside({ [PATHS.bodies]: bodiesOf(changed) }));
    expect(failedSteps(result)).toEqual(['evidence', 'inclusion', 'population', 'results']);
    expect(messages(result, 'evidence')).toMatch(
      new RegExp(`bodies.jsonl:${at + 1} has the hash .* no proved ledger entry`),
    );
    expect(messages(result, 'inclusion')).toContain(proofName(at));
  });

  it('refuses a body that is missing, there twice, out of order, or not canonical', async () => {
    const [first = '', second = '', ...rest] = lines();
    const told = async (changed: string[]) =>
      messages(await verified(await inside({ [PATHS.bodies]: bodiesOf(changed) })), 'evidence');
    expect(await told([first, second, second, ...rest])).toContain('bodies.jsonl:3 is there a second time');
    expect(await told([second, first, ...rest])).toContain('bodies.jsonl:2 ledger entry 0 comes after entry 1');
    expect(await told([` ${first}`, second, ...rest])).toContain('bodies.jsonl:1 is not canonical JSON');
    const missing = await verified(await inside({ [PATHS.bodies]: bodiesOf([second, ...rest]) }));
    expect(messages(missing, 'inclusion')).toContain(`${proofName(0)}: is about a body that`);
  });

  it('refuses proofs that are missing, in each other’s place, or of other entries', async () => {
    const proofs = proofsIn(built.files);
    const [one, two] = [proofs.get(proofName(1)), proofs.get(proofName(2))];
    const swapped = await verified(await inside(withProofs({ [proofName(1)]: two, [proofName(2)]: one })));
    expect(messages(swapped, 'inclusion')).toContain(`${proofName(1)}: is a proof for entry 2`);
    const missing = await verified(await inside(withProofs({ [proofName(1)]: undefined })));
    expect(failedSteps(missing)).toEqual(expect.arrayContaining(['evidence', 'inclusion']));
    const text = Buffer.from(one ?? []).toString();
    const other = text.replace(/^extra .*$/m, `extra ${Buffer.from(canonicalize({ v: 1 })).toString('base64')}`);
    const forged = await verified(await inside(withProofs({ [proofName(1)]: Buffer.from(other) })));
    expect(messages(forged, 'inclusion')).toContain('the entry is not number 1 of the 16 entries');
  });

  it('refuses a tar that holds anything else, or is none', async () => {
    const stray = await verified(
      await inside(withProofs({ '00001000.tlog-proof': proofsIn(built.files).get(proofName(1)) })),
    );
    expect(messages(stray, 'inclusion')).toContain('00001000.tlog-proof: is no proof that belongs here');
    const cut = (built.files.get(proofsPath(0)) ?? Buffer.alloc(0)).subarray(0, 2000);
    expect(messages(await verified(await inside({ [proofsPath(0)]: cut })), 'inclusion')).toContain(
      'not a tar of this kind',
    );
  });

  it('refuses a report that cites an entry which is not proved', async () => {
    const result = await verified(
      await insideReport((it) => ({ ...it, runs: it.runs.map((run) => ({ ...run, entry: 99 })) })),
    );
    expect(failedSteps(result)).toEqual(['inclusion']);
    expect(messages(result, 'inclusion')).toContain('cites ledger entry 99');
  });
});

describe('samples', () => {
  const withSample = (change: (it: SourceSample) => SourceSample): Promise<Files> =>
    insideReport((it) => ({ ...it, samples: it.samples.map(change) }));
  const told = async (change: (it: SourceSample) => SourceSample): Promise<string> => {
    const result = await verified(await withSample(change));
    expect(failedSteps(result)).toEqual(['samples']);
    return messages(result, 'samples');
  };
  const eachItem =
    (change: (it: Sample) => Sample) =>
    (it: SourceSample): SourceSample => ({ ...it, items: it.items.map(change) });

  it('refuses one that leaves somebody out, is in another order, or is of another population', async () => {
    expect(await told((it) => ({ ...it, items: it.items.slice(1) }))).toContain('is not what is drawn');
    expect(await told((it) => ({ ...it, items: it.items.toReversed() }))).toContain('is not what is drawn');
    expect(await told((it) => ({ ...it, population: 9 }))).toContain(
      'it says 9 subjects, the evidence of the pack gives 2',
    );
  });

  it('refuses one of a source that no control names, and draws it again all the same', async () => {
    const other = (it: SourceSample): SourceSample => ({ ...it, source: 'check:of-no-control' });
    const result = await verified(
      await insideReport((it) => ({ ...it, samples: [...it.samples, ...it.samples.slice(0, 1).map(other)] })),
    );
    expect(failedSteps(result)).toEqual(['samples']);
    expect(messages(result, 'samples')).toContain('samples are of');
    expect(messages(result, 'samples')).toMatch(
      /check:of-no-control: it says \d+ subjects, the evidence of the pack gives 0/,
    );
  });

  it('refuses a report that leaves a source with subjects out', async () => {
    const result = await verified(await insideReport((it) => ({ ...it, samples: [] })));
    expect(failedSteps(result)).toEqual(['samples']);
    expect(messages(result, 'samples')).toContain('samples are of nothing');
  });

  it('refuses one that says another outcome, name, call or request than is on record', async () => {
    expect(await told(eachItem((it) => ({ ...it, outcome: 'non_compliant' })))).toContain('another `outcome`');
    const other = (change: Partial<Sample['calls'][number]>) =>
      told(eachItem((it) => ({ ...it, calls: it.calls.map((call) => ({ ...call, ...change })) })));
    expect(await told(eachItem((it) => ({ ...it, reason: 'all is well' })))).toContain('another `reason`');
    expect(await told(eachItem((it) => ({ ...it, name: 'other' })))).toContain('another `name`');
    expect(await told(eachItem((it) => ({ ...it, calls: [] })))).toContain(
      'names nothing where its evidence rests on line 1',
    );
    expect(await other({ line: 7 })).toContain('names line 7');
    expect(await other({ requestId: 'OTHER' })).toContain('says another request');
    expect(await other({ at: '2026-10-03T05:00:00.000Z' })).toContain('says another request, caller or time');
  });
});

describe('what has changed', () => {
  it('is refused where it names an entry that is no earlier report', async () => {
    const previous = {
      id: 'x',
      period: { from: '2026-09-01', to: '2026-09-30' },
      at: '2026-10-01T00:00:00.000Z',
      entry: 1,
    };
    const result = await verified(
      await insideReport((it) => ({
        ...it,
        previous: { ...previous, treeSize: 3, controls: [], unchanged: 1, exceptions: [] },
      })),
    );
    expect(failedSteps(result)).toEqual(['previous']);
    expect(messages(result, 'previous')).toContain('ledger entry 1, which is no report of the pack');
  });
});

describe('retrievals', () => {
  it('refuses an object that is missing, altered, or altered under a right name', async () => {
    const path = [...built.files.keys()].find((it) => it.startsWith('data/evidence/retrievals/')) ?? '';
    const missing = await verified(await inside({ [path]: undefined }));
    expect(failedSteps(missing)).toEqual(['retrievals']);
    expect(messages(missing, 'retrievals')).toMatch(/is missing; data\/evidence\/bodies.jsonl:\d+ rests on it/);
    const altered = await verified(await inside({ [path]: gzipSync('{}\n') }));
    expect(messages(altered, 'retrievals')).toContain('does not hash to its name');
    const forged = gzipSync('{}\n');
    const named = await verified(await inside({ [retrievalPath(sha256Hex(forged))]: forged }));
    expect(messages(named, 'retrievals')).toContain('is no recorded call');
  });
});

describe('population', () => {
  it('refuses a pack that leaves out one item of evidence, however well it is sealed', async () => {
    const at = lineOf((it) => it.name === 'gamma' && it.change === 'first');
    const changed = lines().filter((_, it) => it !== at);
    const rows = textOf(built.files, 'data/evidence.csv').split('\r\n');
    const result = await verified(
      await inside({
        [PATHS.bodies]: bodiesOf(changed),
        ...withProofs({ [proofName(at)]: undefined }),
        'data/evidence.csv': rows.filter((row) => !row.startsWith(`${at},`)).join('\r\n'),
      }),
    );
    expect(failedSteps(result)).toEqual(['population']);
    expect(messages(result, 'population')).toContain('population: it says 3, the evidence of the pack gives 2');
  });

  it('refuses a report with a digest that nothing observed', async () => {
    const change = (it: Report): Report => ({
      ...it,
      controls: it.controls.map((control) => ({
        ...control,
        sources: control.sources.map((source) => ({ ...source, digests: { '111122223333/global': 'ab'.repeat(32) } })),
      })),
    });
    const result = await verified(await insideReport(change));
    expect(failedSteps(result)).toEqual(['population', 'results']);
    expect(messages(result, 'population')).toContain('is that of no observation in the pack');
  });
});

describe('results', () => {
  type Source = Report['controls'][number]['sources'][number];
  const withSource = (change: (source: Source) => Partial<Source>) => (report: Report) => ({
    ...report,
    controls: report.controls.map((it) => ({
      ...it,
      sources: it.sources.map((source) => ({ ...source, ...change(source) })),
    })),
  });

  it.each<[string, (source: Source) => Partial<Source>]>([
    ['counts', ({ counts }) => ({ counts: { ...counts, compliant: 99 } })],
    ['population', () => ({ population: 99 })],
    ['days', ({ days }) => ({ days: days.replaceAll('f', 'c') })],
    ['failing', () => ({ failing: [] })],
    ['failing', ({ failing }) => ({ failing: failing.map((it) => ({ ...it, from: '2026-09-30T02:00:00.000Z' })) })],
    ['failing', ({ failing }) => ({ failing: failing.map((it) => ({ ...it, reason: 'a trifle' })) })],
    [
      'inconclusive',
      ({ failing: [it] }) => ({
        inconclusive:
          it === undefined
            ? []
            : [{ ...it, since: it.from, failure: null, entry: it.entries[0] ?? 0 }].map(
                ({ subject, account, region, since, reason, failure, entry }) => ({
                  subject,
                  account,
                  region,
                  since,
                  reason,
                  failure,
                  entry,
                }),
              ),
      }),
    ],
  ])('refuses a report with other %s than its evidence gives, however well it is signed', async (key, change) => {
    const result = await verified(await insideReport(withSource(change)));
    expect(failedSteps(result)).toContain('results');
    expect(messages(result, 'results')).toContain(`\`${key}\``);
  });

  it('takes the exceptions of a control as they are: they are no evidence', async () => {
    const change = withSource(({ failing }) => ({ failing: failing.map((it) => ({ ...it, exception: 'EX-1' })) }));
    expect(failedSteps(await verified(await insideReport(change)))).not.toContain('results');
  });

  it.each<[string, (report: Report) => Report, RegExp]>([
    ['another threshold', (it) => ({ ...it, coverageThreshold: 0.5 }), /no assessment in the pack pins/],
    [
      'another framework',
      (it) => ({ ...it, framework: { ...it.framework, sha256: 'ab'.repeat(32) } }),
      /does not hold the framework/,
    ],
    [
      'another control',
      (it) => ({ ...it, controls: it.controls.map((control) => ({ ...control, id: 'CC6.6' })) }),
      /its controls are not those/,
    ],
    ['a source that is not defined', withSource(() => ({ source: 'check:made-up' })), /check:made-up is not defined/],
  ])('refuses a report of %s than was pinned', async (_name, change, said) => {
    const result = await verified(await insideReport(change));
    expect(messages(result, 'results')).toMatch(said);
  });
});

describe('consistency', () => {
  const since = async (checkpoint: Promise<string>) => await verified(built.files, { since: await checkpoint });

  it('shows a fork, of the same size and of a smaller one', async () => {
    for (const size of [4, 9, 16]) {
      const result = await since(built.forkedCheckpoint(size));
      expect(failedSteps(result)).toEqual(['consistency']);
      expect(messages(result, 'consistency')).toContain('history was rewritten');
    }
  });

  it('does not claim what it cannot show', async () => {
    expect(messages(await since(built.checkpoint(5)), 'consistency')).toContain('cannot be compared');
    expect(messages(await since(Promise.resolve('nonsense')), 'consistency')).toContain('--since');
    const unasked = (await verified(built.files)).steps.find((it) => it.code === 'consistency');
    expect(unasked?.notes).toEqual(['No checkpoint from earlier was given, so none was compared (--since).']);
  });

  it('refuses a proof in the pack that does not hold', async () => {
    const text = textOf(built.files, consistencyPath(4));
    const files = await inside({ [consistencyPath(4)]: text.replace(/^old 4\n.*\n/, 'old 4\n') });
    expect(failedSteps(await verified(files))).toEqual(['consistency']);
    const other = await inside({ [earlierCheckpointPath(4)]: await built.forkedCheckpoint(4) });
    expect(messages(await verified(other), 'consistency')).toContain('history was rewritten');
  });
});
