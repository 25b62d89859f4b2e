import { describe, expect, it } from 'vitest';
import {
  type Answered,
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  resourceOf,
} from './recorded.ts';

const calls = fixture('guardduty/detector.json');
const DETECTOR = 'AWS::GuardDuty::Detector';
const REGION = 'eu-west-1';

const of = (operation: string): Answered[] => calls.filter((it) => it.call === `guardduty:${operation}`);
const first = (operation: string): Answered => of(operation)[0] ?? { call: operation };
const without = ({ call, input = {} }: Answered) => ({ call, input });
const answered = (operation: string, answer: Answered['answer']) =>
  changed(calls, { ...without(first(operation)), ...(answer === undefined ? {} : { answer }) });
const detector = async (with_: readonly Answered[]) =>
  resourceOf(await read('guardduty', with_, REGION), DETECTOR, REGION);

describe('the GuardDuty detector of a region', () => {
  it('gives every fact', async () => {
    const { id, facts, failures } = await detector(calls);
    expect(failures).toEqual({});
    expect(id).toBe('guardduty:111122223333:eu-west-1');
    expect(facts).toEqual({
      present: true,
      enabled: true,
      features: ['CLOUD_TRAIL', 'RUNTIME_MONITORING', 'RUNTIME_MONITORING/EKS_ADDON_MANAGEMENT', 'S3_DATA_EVENTS'],
      frequency: 'SIX_HOURS',
      administrator: { account: '444455556666', status: 'Enabled' },
      members: false,
      exporting: true,
      openHigh: {
        count: 2,
        oldest: '2026-08-01T00:00:00.000Z',
        types: ['Backdoor:EC2/C&CActivity.B!DNS', 'UnauthorizedAccess:EC2/SSHBruteForce'],
      },
    });
  });

  it('is one subject, the same one, where there is none', async () => {
    const { id, facts, failures } = await detector([{ call: 'guardduty:ListDetectors', answer: { DetectorIds: [] } }]);
    expect(failures).toEqual({});
    expect(id).toBe('guardduty:111122223333:eu-west-1');
    expect(facts).toMatchObject({
      present: false,
      enabled: false,
      features: [],
      administrator: null,
      exporting: false,
    });
  });

  it('is unknown where it could not be listed, which is not "there is none"', async () => {
    const reading = await read('guardduty', changed(calls, { call: 'guardduty:ListDetectors', error: denied }), REGION);
    expect(populationOf(reading, DETECTOR)).toMatchObject({ resources: [], failure: { kind: 'denied' } });
  });

  it.each([
    ['GetDetector', ['enabled', 'features', 'frequency']],
    ['GetAdministratorAccount', ['administrator']],
    ['ListMembers', ['members']],
    ['ListPublishingDestinations', ['exporting']],
    ['ListFindings', ['openHigh']],
    ['GetFindings', ['openHigh']],
  ])('fails in exactly the facts that need %s, when that is denied', async (operation, facts) => {
    const refused = of(operation).map((it) => ({ ...without(it), error: denied }));
    const { failures } = await detector(changed(calls, ...refused));
    expect(Object.keys(failures).sort()).toEqual(facts);
  });

  it('that is suspended watches nothing', async () => {
    const { facts } = await detector(answered('GetDetector', { ...first('GetDetector').answer, Status: 'DISABLED' }));
    expect(facts).toMatchObject({ present: true, enabled: false, features: [] });
  });

  it('has no administrator when GuardDuty answers with nothing, and may be one', async () => {
    const { facts } = await detector(
      changed(
        calls,
        { ...without(first('GetAdministratorAccount')), answer: {} },
        { ...without(first('ListMembers')), answer: { Members: [{ AccountId: '444455556666' }], NextToken: 'more' } },
      ),
    );
    expect(facts).toMatchObject({ administrator: null, members: true });
  });

  it('is not known to have members where an empty page is not the last', async () => {
    const { failures } = await detector(answered('ListMembers', { Members: [], NextToken: 'more' }));
    expect(failures.members).toMatchObject({ kind: 'unparsable' });
  });

  it('exports nothing while its destination cannot take findings', async () => {
    for (const Status of ['PENDING_VERIFICATION', 'UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY', 'STOPPED']) {
      const { facts } = await detector(
        answered('ListPublishingDestinations', { Destinations: [{ DestinationId: 'd', Status }] }),
      );
      expect(facts.exporting).toBe(false);
    }
  });

  it('with a listed finding that has no details is not known to have none open', async () => {
    const { failures } = await detector(answered('GetFindings', { Findings: [] }));
    expect(failures.openHigh).toMatchObject({ kind: 'unparsable', operation: 'guardduty:GetFindings' });
  });

  it('asks for details of fifty findings at a time', async () => {
    const ids = Array.from({ length: 51 }, (_, it) => `f${String(it).padStart(2, '0')}`);
    const finding = (Id: string) => ({
      Id,
      AccountId: '111122223333',
      Severity: 7,
      Type: 'T',
      CreatedAt: '2026-09-01T00:00:00Z',
      Service: { Archived: false },
    });
    const input = (FindingIds: string[]) => ({ ...first('GetFindings').input, FindingIds });
    const batch = (some: string[]) => ({
      call: 'guardduty:GetFindings',
      input: input(some),
      answer: { Findings: some.map(finding) },
    });
    const { facts } = await detector(
      changed(
        calls,
        { ...without(first('ListFindings')), answer: { FindingIds: ids } },
        batch(ids.slice(0, 50)),
        batch(ids.slice(50)),
      ),
    );
    expect(facts.openHigh).toMatchObject({ count: 51, oldest: '2026-09-01T00:00:00.000Z' });
  });

  it('of more open findings than are looked at is not known', async () => {
    const FindingIds = Array.from({ length: 5_001 }, (_, it) => `f${it}`);
    const { failures } = await detector(answered('ListFindings', { FindingIds }));
    expect(failures.openHigh?.message).toContain('more than 5000');
  });

  it('reads the same again from what was stored', async () => {
    const reading = await read('guardduty', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of GuardDuty', () => {
  it('from before there were features tell whether it is on, and not what it watches', async () => {
    const [real] = realAnswers('guardduty', 'GetDetector');
    const { facts, failures } = await detector(answered('GetDetector', real?.data));
    expect(facts).toMatchObject({ enabled: true, frequency: 'SIX_HOURS' });
    expect(failures.features).toMatchObject({ kind: 'unparsable' });
  });

  it('without an administrator say so', async () => {
    const [real] = realAnswers('guardduty', 'GetAdministratorAccount');
    expect((await detector(answered('GetAdministratorAccount', real?.data))).facts.administrator).toBeNull();
  });
});
