import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessKeysWithUse } from '../../../src/collect/resources/iam/access-keys.ts';
import { CredentialReport } from '../../../src/collect/resources/iam/credential-report.ts';
import { parseCsv } from '../../../src/collect/resources/iam/csv.ts';
import { credentialReportReader, rowOf } from '../../../src/collect/resources/iam/read-credential-report.ts';
import { type Answered, awsOver, examples, fixture, hasRealAnswers, realAnswers } from './recorded.ts';

const answer = fixture('iam/account.json').find((it) => it.call === 'iam:GetCredentialReport')?.answer ?? {};
const ALICE = 'arn:aws:iam::111122223333:user/alice';
const state = (State: string): Answered => ({ call: 'iam:GenerateCredentialReport', answer: { State } });
const content = (csv: string) => ({
  Content: Buffer.from(csv).toString('base64'),
  GeneratedTime: '2026-10-01T00:30:00Z',
});

describe('reading the credential report', () => {
  const reading = async (calls: readonly Answered[]) => {
    const pauses: number[] = [];
    const recorder = awsOver([...calls, { call: 'iam:GetCredentialReport', answer }], { pauses });
    const read = credentialReportReader();
    return { pauses, recorder, report: read(recorder.aws) };
  };

  it('asks until IAM has made it, with a pause between', async () => {
    const { pauses, recorder, report } = await reading([state('STARTED'), state('INPROGRESS'), state('COMPLETE')]);
    expect((await report).rows.size).toBe(3);
    expect(pauses).toHaveLength(2);
    const generated = recorder.retrievals.filter((it) => it.operation === 'GenerateCredentialReport');
    expect(generated).toHaveLength(3);
  });

  it('gives up after a fixed number of tries with a timeout', async () => {
    const { pauses, report } = await reading([state('INPROGRESS')]);
    await expect(report).rejects.toMatchObject({ failure: { kind: 'timeout', name: 'ReportInProgress' } });
    expect(pauses.length).toBeLessThan(20);
  });

  it('does not ask again for a second fact', async () => {
    const recorder = awsOver([state('COMPLETE'), { call: 'iam:GetCredentialReport', answer }]);
    const read = credentialReportReader();
    await Promise.all([read(recorder.view().aws), read(recorder.view().aws)]);
    expect(recorder.retrievals).toHaveLength(2);
  });
});

describe('the credential report', () => {
  const header =
    'user,arn,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,' +
    'access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date';

  it('has null for not_supported, N/A and no_information', () => {
    const row = 'u,a,not_supported,no_information,N/A,false,false,N/A,N/A,true,2026-01-01T00:00:00+00:00,N/A';
    expect(CredentialReport.parse(content(`${header}\n${row}\n`)).rows.get('a')).toEqual({
      user: 'u',
      arn: 'a',
      passwordEnabled: null,
      passwordLastUsed: null,
      passwordLastChanged: null,
      mfaActive: false,
      keys: [
        { active: false, rotated: null, lastUsed: null },
        { active: true, rotated: '2026-01-01T00:00:00.000Z', lastUsed: null },
      ],
    });
  });

  it.each([
    ['a word where true or false is expected', 'u,a,yes,N/A,N/A,false,false,N/A,N/A,false,N/A,N/A', 'password_enabled'],
    ['a date without time', 'u,a,true,2026-01-01,N/A,false,false,N/A,N/A,false,N/A,N/A', 'password_last_used'],
    ['a missing cell', 'u,a,true', 'line 2: expected 12 cells, got 3'],
    ['a quote that is not closed', 'u,"a,true', 'line 2'],
  ])('is refused for %s, naming the place', (_, row, place) => {
    const read = CredentialReport.safeParse(content(`${header}\n${row}`));
    expect(read.error?.issues[0]?.message).toContain(place);
  });
});

describe('access keys with their use', () => {
  const report = CredentialReport.parse(answer);
  const row = rowOf(report, ALICE);
  const key = (CreateDate: string) => ({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active' as const, CreateDate });

  it('belong to the place of the report that was filled when they were made', () => {
    const keys = [key('2025-06-24T20:30:37.000Z'), key('2026-08-14T10:26:37.000Z')];
    expect(accessKeysWithUse(keys, report, row).map((it) => it.lastUsed)).toEqual([null, '2026-09-30T06:54:00.000Z']);
  });

  it('have no known use when they are newer than the report', () => {
    const [made] = accessKeysWithUse([key('2026-10-01T01:00:00.000Z')], report, row);
    expect(made?.lastUsed).toBeNull();
  });

  it('are unknown when they are older than the report and not in it', () => {
    expect(() => accessKeysWithUse([key('2026-09-01T00:00:00.000Z')], report, row)).toThrow('no access key made at');
  });

  it('are unknown when two were made at the same second and used at different times', () => {
    const [slot] = row.keys;
    const same = { ...row, keys: [slot, { ...slot, lastUsed: null }] as const };
    expect(() => accessKeysWithUse([key('2026-08-14T10:26:37.000Z')], report, same)).toThrow('same second');
  });
});

describe('parseCsv', () => {
  it('reads back any cells that were written by RFC 4180', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((columns) =>
        fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineBreak) => {
        const quoted = rows.map((row) => row.map((it) => `"${it.replaceAll('"', '""')}"`).join(','));
        expect(parseCsv(quoted.join(lineBreak))).toEqual(rows);
        expect(parseCsv(quoted.join(lineBreak) + lineBreak)).toEqual(rows);
      }),
    );
  });

  it('reads bare cells, empty ones included', () => {
    expect(parseCsv('a,,b\n,\nc,d')).toEqual([
      ['a', '', 'b'],
      ['', ''],
      ['c', 'd'],
    ]);
  });

  it.each(['"open', 'a"b', '"a"b', 'a\rb'])('refuses %j', (text) => {
    expect(() => parseCsv(text)).toThrow(SyntaxError);
  });
});

describe.runIf(hasRealAnswers())('real credential reports', () => {
  it('can all be read', () => {
    const answers = realAnswers('iam', 'GetCredentialReport');
    expect(answers.length).toBeGreaterThan(3);
    for (const { data } of answers) {
      const report = CredentialReport.safeParse(content(String(data.Content)));
      expect(report.error).toBeUndefined();
      expect(report.data?.rows.size).toBeGreaterThan(0);
    }
  });

  it('can be read as extracted files, one of them written by a spreadsheet', () => {
    const folder = join(examples, 'extracted/credential-reports');
    for (const file of readdirSync(folder)) {
      const csv = readFileSync(join(folder, file), 'utf8');
      expect(CredentialReport.safeParse(content(csv)).error).toBeUndefined();
    }
  });
});
