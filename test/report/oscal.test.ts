import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { ControlResult, Report } from '../../src/model/report.ts';
import { format } from '../../src/report/formats/oscal-assessment-results-json.ts';
import { MAX_NAMED } from '../../src/report/oscal/named-subjects.ts';
import { line, markup, markupLine } from '../../src/report/oscal/text.ts';
import { controlTokens } from '../../src/report/oscal/token.ts';
import { uuidOf } from '../../src/report/uuid.ts';
import { control, interval, sampleReport, source } from './sample-report.ts';

const SCHEMAS = [
  '../shared/data/oscal/oscal_assessment-results_schema-1.2.1.json',
  '../shared/data/oscal/oscal_complete_schema-1-1-3.json',
];
const why = SCHEMAS.every((path) => existsSync(path))
  ? ''
  : ' (skipped: the schemas of NIST are not beside the project)';

const HOSTILE = '  </script>\n`$x` [a](javascript:x) *b* "\\\u0000\u2028\u0085 # 日本 \ud800 {{ insert: param, x }} ';

// biome-ignore lint/suspicious/noExplicitAny: a test walks the document as any reader of JSON does
type Doc = any;

async function render(report: Report): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of format.render(report, [])) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function results(report: Report): Promise<Doc> {
  return JSON.parse(await render(report))['assessment-results'];
}

/** Calls `see` for each object and array of a document. */
function walk(node: unknown, see: (node: Record<string, unknown> | unknown[]) => void): void {
  if (typeof node !== 'object' || node === null) return;
  see(node as Record<string, unknown>);
  for (const child of Object.values(node)) walk(child, see);
}

/** Values of the keys that are references, without the `#` of a link. */
function references(document: Doc, isReference: (key: string, value: string) => boolean): string[] {
  const found: string[] = [];
  walk(document, (node) => {
    for (const [key, value] of Object.entries(node)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one === 'string' && isReference(key, one)) found.push(one.replace(/^#/, ''));
      }
    }
  });
  return found;
}

/** Strings under any of some keys. */
const textsOf = (document: Doc, ...keys: string[]): string[] => references(document, (key) => keys.includes(key));

/** The report with a hostile text in every place that people or AWS fill in. */
function hostileReport(): Report {
  const failing = [interval({ subject: HOSTILE, name: HOSTILE, reason: HOSTILE })];
  const judged = source({
    title: HOSTILE,
    why: HOSTILE,
    remediation: HOSTILE,
    expect: HOSTILE,
    params: { [HOSTILE]: HOSTILE },
    failing,
  });
  const attestation = {
    control: 'x',
    ask: HOSTILE,
    by: HOSTILE,
    on: '2026-01-01',
    expires: '2026-12-31',
    statement: HOSTILE,
  };
  const manual = [{ ask: HOSTILE, renew: '1y', status: 'valid' as const, attestation }];
  const reasons = [HOSTILE, ''];
  return {
    ...sampleReport(),
    title: HOSTILE,
    limitations: [HOSTILE],
    controls: [
      control({
        id: HOSTILE,
        title: HOSTILE,
        reasons,
        description: HOSTILE,
        testing: HOSTILE,
        verdict: 'not_met',
        sources: [judged],
        manual,
      }),
      control({ id: '(', title: '', reasons, verdict: 'not_applicable' }),
    ],
  };
}

const reports: [string, () => Report][] = [
  ['the sample report', () => sampleReport()],
  ['hostile texts', hostileReport],
  [
    'a report without anything assessed',
    () => ({ ...sampleReport(), exceptions: [], controls: [control({ id: 'A', verdict: 'not_assessed' })] }),
  ],
];

describe.skipIf(why !== '')(`OSCAL against the schemas of NIST${why}`, () => {
  it.each(SCHEMAS)('%s takes every report', async (path) => {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true });
    (addFormatsModule as unknown as (ajv: Ajv) => void)(ajv);
    const validate = ajv.compile(schema);
    for (const [, make] of reports) {
      const document = JSON.parse(await render(make()));
      validate(document);
      expect(validate.errors).toBe(null);
      const damaged = structuredClone(document);
      damaged['assessment-results'].results[0].start = '2026-01-01T00:00:00';
      expect(validate(damaged)).toBe(false);
    }
  });
});

describe.each(reports)('OSCAL of %s', (_name, make) => {
  it('is canonical JSON, the same each time, and gives each UUID once', async () => {
    const text = await render(make());
    expect(text).toBe(`${canonicalize(JSON.parse(text))}\n`);
    expect(await render(make())).toBe(text);
    const uuids: unknown[] = [];
    walk(JSON.parse(text), (node) => 'uuid' in node && uuids.push(node.uuid));
    expect(new Set(uuids).size).toBe(uuids.length);
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('has no reference that leads nowhere', async () => {
    const document = await results(make());
    const uuids = new Set(textsOf(document, 'uuid'));
    const named = references(
      document,
      (key, value) => /-uuids?$/.test(key) || (key === 'href' && value.startsWith('#')),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((it) => !uuids.has(it))).toEqual([]);
    const ids = new Set(textsOf(document, 'id'));
    expect(textsOf(document, 'role-id', 'target-id', 'objective-id').filter((it) => !ids.has(it))).toEqual([]);
  });

  it('holds no null, no empty array, and only clean text', async () => {
    const document = await results(make());
    walk(document, (node) => {
      expect(Object.values(node)).not.toContain(null);
      if (Array.isArray(node)) expect(node.length).toBeGreaterThan(0);
    });
    for (const text of references(document, () => true)) {
      expect(text).toMatch(/\S/);
      expect(text.isWellFormed()).toBe(true);
    }
    for (const text of textsOf(document, 'title', 'value')) expect(text).toMatch(/^\S([^\n\u2028]*\S)?$/);
    const tokens = textsOf(document, 'control-id', 'id', 'target-id', 'objective-id', 'class', 'role-id');
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z_][A-Za-z0-9._-]*$/);
  });
});

describe('OSCAL findings', () => {
  let document: Doc;
  let findings: Map<string, Doc>;
  beforeAll(async () => {
    document = await results(sampleReport());
    findings = new Map(
      document.results[0].findings.map((it: Doc) => [
        it.props.find((one: Doc) => one.name === 'control-label').value,
        it,
      ]),
    );
  });

  const expected = (verdict: string): string | undefined =>
    ({
      met: 'satisfied pass',
      met_with_exceptions: 'satisfied pass',
      not_met: 'not-satisfied fail',
      inconclusive: 'not-satisfied other',
      awaiting_attestation: 'not-satisfied other',
    })[verdict];

  it('never call a verdict that is no failure one, and tell our verdict', () => {
    const verdicts = new Set<string>();
    for (const { id, verdict } of sampleReport().controls) {
      verdicts.add(verdict);
      const finding = findings.get(id);
      const status = finding?.target.status;
      expect(status && `${status.state} ${status.reason}`).toBe(expected(verdict));
      if (!finding) continue;
      expect(finding.props).toContainEqual(expect.objectContaining({ name: 'verdict', value: verdict }));
      if (status.reason === 'other') expect(finding.remarks).toContain('This is not a failure');
    }
    expect(verdicts.size).toBe(7);
  });

  it('leave out what was not assessed or does not apply, and say which and why', () => {
    const [selection] = document.results[0]['reviewed-controls']['control-selections'];
    const left = sampleReport().controls.filter(
      (it) => it.verdict === 'not_assessed' || it.verdict === 'not_applicable',
    );
    expect(left.length).toBeGreaterThan(1);
    expect(selection.props.map((it: Doc) => [it.value, it.class])).toEqual(left.map((it) => [it.id, it.verdict]));
    expect(selection['exclude-controls']).toHaveLength(left.length);
    expect(selection['include-controls']).toHaveLength(sampleReport().controls.length - left.length);
  });

  it('lead to their observations, open failures and exceptions', () => {
    const { observations, risks } = document.results[0];
    const failing = findings.get('CC6.7');
    const related = failing['related-observations'].map((it: Doc) =>
      observations.find((one: Doc) => one.uuid === it['observation-uuid']),
    );
    const [tls] = related;
    expect(tls.methods).toEqual(['TEST']);
    expect(tls.props).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'failing-open', value: '2' }),
        expect.objectContaining({ name: 'failing-excepted', value: '1' }),
      ]),
    );
    expect(JSON.stringify(tls.subjects)).toContain('s3:GetBucketPolicy: AccessDenied');
    const statuses = failing['related-risks'].map(
      (it: Doc) => risks.find((one: Doc) => one.uuid === it['risk-uuid']).status,
    );
    expect(statuses).toContain('open');
    expect(statuses).toContain('deviation-approved');
    const accepted = risks.find((it: Doc) => it.status === 'deviation-approved');
    expect(accepted.deadline).toBe('2026-06-30T23:59:59.999Z');
    expect(risks.filter((it: Doc) => it.title.includes('EX-2025-019'))).toMatchObject([{ status: 'open' }]);
  });

  it('keep statements of people apart from what was tested', () => {
    const { observations } = document.results[0];
    const methods = (name: string, value: string): string[] =>
      observations
        .filter((it: Doc) => it.props.some((one: Doc) => one.name === name && one.value === value))
        .flatMap((it: Doc) => it.methods);
    expect(methods('source', 'attestation')).toEqual(expect.arrayContaining(['INTERVIEW', 'EXAMINE']));
    expect(methods('source', 'attestation')).not.toContain('TEST');
  });

  it('hold the conclusion of a reviewer beside the verdict', async () => {
    const review = {
      control: 'A',
      reviewer: 'Áine',
      on: '2026-02-20',
      conclusion: 'effective' as const,
      comment: 'Reperformed for five.',
      newer: 3,
    };
    const [only] = (await results(sampleReport({ controls: [control({ id: 'A', verdict: 'inconclusive', review })] })))
      .results;
    expect(only.observations).toHaveLength(1);
    expect(only.observations[0].props).toContainEqual(
      expect.objectContaining({ name: 'conclusion', value: 'effective' }),
    );
    expect(only.findings[0].target.status.reason).toBe('other');
  });
});

describe('OSCAL of a great many failures', () => {
  it('names some, counts all, and stays small', async () => {
    const failing = Array.from({ length: 50_000 }, (_, at) => interval({ subject: `arn:aws:s3:::bucket-${at}` }));
    const many: ControlResult[] = ['A', 'B'].map((id) =>
      control({ id, verdict: 'not_met', sources: [source({ failing })] }),
    );
    const text = await render({ ...sampleReport(), controls: many });
    expect(text.length).toBeLessThan(300_000);
    const [{ observations, risks, 'local-definitions': local }] = JSON.parse(text)['assessment-results'].results;
    expect(local['inventory-items']).toHaveLength(MAX_NAMED);
    expect(observations[0].props).toContainEqual(expect.objectContaining({ name: 'failing-open', value: '50000' }));
    expect(observations[0].remarks).toContain('49,950 more not named here: failing.csv');
    expect(risks.filter((it: Doc) => it.title.startsWith('Open failures'))).toHaveLength(1);
    expect(risks[0].description).toContain('50,000 subjects');
    expect(risks[0]['related-observations']).toHaveLength(2);
  });
});

describe('control tokens', () => {
  const isToken = /^[a-z_][a-z0-9._-]*$/;

  it('are short and readable', () => {
    const token = (framework: string, id: string): string | undefined => controlTokens(framework, [id]).get(id);
    expect(token('hipaa-security-rule', '164.308(a)(1)(ii)(A)')).toBe('hipaa-164.308-a-1-ii-a');
    expect(token('pci-dss-4.0.1', '1.2.1')).toBe('pci-1.2.1');
    expect(token('soc2-2017', 'CC6.1')).toBe('soc2-cc6.1');
    expect(token('2024-policy', 'A 1')).toBe('_2024-a-1');
  });

  it('differ for every control of the shipped frameworks, without being spelt out', async () => {
    const { frameworks } = await loadCatalogueFiles();
    expect(frameworks.size).toBeGreaterThan(2);
    for (const [id, framework] of frameworks) {
      const ids = framework.control_sets.flatMap((set) => set.controls.map((it) => it.id));
      const tokens = [...controlTokens(id, ids).values()];
      expect(new Set(tokens).size).toBe(ids.length);
      for (const token of tokens) expect(token).toMatch(/^[a-z][a-z0-9.-]*$/);
    }
  });

  it('differ for ids that look the same', () => {
    const ids = ['A(1)', 'a-1', 'A 1', 'a_1', 'a-_31_', 'a-1)'];
    const tokens = [...controlTokens('acme', ids).values()];
    expect(new Set(tokens).size).toBe(ids.length);
    for (const token of tokens) expect(token).toMatch(isToken);
  });

  it('are tokens and injective for any ids', () => {
    const char = fc.constantFrom('a', 'A', '1', '(', ')', '.', '-', '_', ' ', 'é', '3', '😀');
    const id = fc.array(char, { minLength: 1, maxLength: 4 }).map((it) => it.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 40 }), (ids) => {
        const tokens = [...controlTokens('acme', ids).values()];
        expect(new Set(tokens).size).toBe(ids.length);
        for (const token of tokens) expect(token).toMatch(isToken);
      }),
    );
  });
});

describe('texts and UUIDs', () => {
  it('gives the UUID of version 5 that others compute', () => {
    // python: uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, 'https://witnessmark.dev'), '["a","b",1]')
    expect(uuidOf('a', 'b', 1)).toBe('84d2f6f3-4076-5382-ab76-d58d773720b9');
    expect(uuidOf('a,b')).not.toBe(uuidOf('a', 'b'));
  });

  it('shows markup as the text that it was', () => {
    expect(markupLine('a <b> *c* d_e _f_ [g](h)')).toBe('a \\<b\\> \\*c\\* d_e \\_f\\_ \\[g\\](h)');
    expect(markup('# head\n- item\n1. one', '', 'two')).toBe('\\# head\n\\- item\n1\\. one\n\ntwo');
    expect(line(' \n\u2028 ')).toBe('(empty)');
    expect(line('a\nb\ud800')).toBe('a b\ufffd');
  });
});
