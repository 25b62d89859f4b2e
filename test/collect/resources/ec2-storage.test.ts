import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { err, ok } from '../table-cloud.ts';
import { readEc2 } from './ec2-table.ts';
import { hasRealAnswers, readAgain, realAnswers } from './recorded.ts';

const denied = err('denied', 'UnauthorizedOperation');

describe('instances', () => {
  const running = {
    InstanceId: 'i-1',
    State: { Name: 'running' },
    LaunchTime: '2026-05-16T19:03:36.000Z',
    Monitoring: { State: 'disabled' },
    StateTransitionReason: '',
    VirtualizationType: 'hvm',
  };
  const reservations = (instance: JsonObject) => ({
    'ec2:DescribeInstances': ok({ Reservations: [{ Instances: [instance] }] }),
  });

  it('know their launch, monitoring and virtualization', async () => {
    const { one } = await readEc2(reservations(running));
    expect(one('Instance')?.facts).toMatchObject({
      launched: '2026-05-16T19:03:36.000Z',
      monitoring: 'disabled',
      stoppedSince: null,
      virtualization: 'hvm',
    });
  });

  it.each([
    ['User initiated (2026-05-16 19:03:36 GMT)', '2026-05-16T19:03:36.000Z'],
    ['Server.ScheduledStop: Stopped due to scheduled retirement (2026-01-02 03:04:05 UTC)', '2026-01-02T03:04:05.000Z'],
  ])('know since when they are stopped from "%s"', async (StateTransitionReason, expected) => {
    const { one } = await readEc2(reservations({ ...running, State: { Name: 'stopped' }, StateTransitionReason }));
    expect(one('Instance')?.facts.stoppedSince).toBe(expected);
  });

  it.each(['', 'User initiated', 'User initiated (2026-19-99 19:03:36 GMT)'])(
    'do not know since when they are stopped from %j',
    async (StateTransitionReason) => {
      const stopped = { ...running, State: { Name: 'stopped' }, StateTransitionReason };
      const { one } = await readEc2(reservations(stopped));
      expect(one('Instance')?.failures).toMatchObject({ stoppedSince: { kind: 'unparsable' } });
      expect(one('Instance')?.facts.launched).toBeDefined();
    },
  );

  it('fail in each new fact alone that the answer leaves out', async () => {
    const { one } = await readEc2(
      reservations({
        InstanceId: 'i-1',
        State: { Name: 'running' },
        MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
      }),
    );
    expect(Object.keys(one('Instance')?.failures ?? {}).sort()).toEqual(['launched', 'monitoring', 'virtualization']);
  });
});

describe('snapshots', () => {
  const snapshot = (SnapshotId: string, more: JsonObject = {}) => ({
    SnapshotId,
    VolumeId: 'vol-1',
    State: 'completed',
    Encrypted: false,
    StartTime: '2026-05-16T19:03:36.000Z',
    ...more,
  });
  const volume = (VolumeId: string) => ({ VolumeId, Encrypted: true, State: 'in-use', Attachments: [] });
  const volumes = ok({ Volumes: [volume('vol-1'), volume('vol-2'), volume('vol-3')] });
  const own = [snapshot('snap-1'), snapshot('snap-2', { VolumeId: 'vol-2', State: 'pending' })];

  it('are those of the account, with the public ones from one list', async () => {
    const { of, cloud, reading } = await readEc2({
      'ec2:DescribeVolumes': volumes,
      'ec2:DescribeSnapshots': ({ RestorableByUserIds }) =>
        ok({ Snapshots: RestorableByUserIds === undefined ? own : [snapshot('snap-2')] }),
    });
    expect(of('Snapshot').resources.map((it) => [it.name, it.facts.public])).toEqual([
      ['snap-1', false],
      ['snap-2', true],
    ]);
    expect(of('Snapshot').resources[0]?.facts).toEqual({
      public: false,
      encrypted: false,
      kmsKeyId: null,
      state: 'completed',
      volumeId: 'vol-1',
      started: '2026-05-16T19:03:36.000Z',
    });
    expect(of('Volume').resources.map((it) => it.facts.hasSnapshot)).toEqual([true, false, false]);
    expect(cloud.calls.filter((it) => it.operation === 'DescribeSnapshots').map((it) => it.input)).toEqual([
      { OwnerIds: ['self'] },
      { OwnerIds: ['self'], RestorableByUserIds: ['all'] },
    ]);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });

  it('are not called private when the public ones cannot be listed', async () => {
    const { one } = await readEc2({
      'ec2:DescribeSnapshots': ({ RestorableByUserIds }) =>
        RestorableByUserIds === undefined ? ok({ Snapshots: own }) : denied,
    });
    expect(Object.keys(one('Snapshot')?.failures ?? {})).toEqual(['public']);
  });

  it('leave a volume known in every other respect when they cannot be listed', async () => {
    const { one } = await readEc2({ 'ec2:DescribeVolumes': volumes, 'ec2:DescribeSnapshots': denied });
    expect(Object.keys(one('Volume')?.failures ?? {})).toEqual(['hasSnapshot']);
  });
});

describe('images and launch templates', () => {
  it('give every fact', async () => {
    const version = { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web', VersionNumber: 3 };
    const { of, one, cloud } = await readEc2({
      'ec2:DescribeImages': ok({ Images: [{ ImageId: 'ami-1', Name: 'base', Public: true, State: 'available' }] }),
      'ec2:DescribeLaunchTemplateVersions': ok({
        LaunchTemplateVersions: [
          {
            ...version,
            LaunchTemplateData: {
              MetadataOptions: { HttpTokens: 'required' },
              NetworkInterfaces: [{}, { AssociatePublicIpAddress: true }],
              UserData: 'a secret',
            },
          },
          { ...version, LaunchTemplateId: 'lt-2', LaunchTemplateData: {} },
        ],
      }),
    });
    expect(one('Image')).toMatchObject({ name: 'base (ami-1)', facts: { public: true, state: 'available' } });
    expect(of('LaunchTemplate').resources.map((it) => it.facts)).toEqual([
      { defaultVersion: 3, metadataOptions: { httpTokens: 'required', httpEndpoint: null }, publicIp: true },
      { defaultVersion: 3, metadataOptions: { httpTokens: null, httpEndpoint: null }, publicIp: false },
    ]);
    const inputs = cloud.calls.filter((it) => /Images|Template/.test(it.operation)).map((it) => it.input);
    expect(inputs).toEqual(expect.arrayContaining([{ Owners: ['self'] }, { Versions: ['$Default'] }]));
  });

  it('keep user data out of what is stored', async () => {
    const data = { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'web', VersionNumber: 3 };
    const { reading } = await readEc2({
      'ec2:DescribeLaunchTemplateVersions': ok({
        LaunchTemplateVersions: [{ ...data, LaunchTemplateData: { UserData: 'c2VjcmV0IHRleHQ=' } }],
      }),
    });
    expect(JSON.stringify(reading)).not.toContain('c2VjcmV0IHRleHQ=');
  });
});

describe('the settings of the region', () => {
  it('are each read on their own', async () => {
    const { one } = await readEc2({});
    expect(one('RegionalSettings')?.facts).toMatchObject({
      snapshotPublicAccess: 'unblocked',
      imagePublicAccess: 'unblocked',
      metadataDefaults: { httpTokens: null, httpEndpoint: null },
    });
    for (const [fact, call] of [
      ['snapshotPublicAccess', 'ec2:GetSnapshotBlockPublicAccessState'],
      ['imagePublicAccess', 'ec2:GetImageBlockPublicAccessState'],
      ['metadataDefaults', 'ec2:GetInstanceMetadataDefaults'],
    ] as const) {
      const failed = await readEc2({ [call]: denied });
      expect(Object.keys(failed.one('RegionalSettings')?.failures ?? {})).toEqual([fact]);
    }
  });

  it('take a preference that was set back for none', async () => {
    const AccountLevel = { HttpTokens: 'no-preference', HttpEndpoint: 'disabled' };
    const { one } = await readEc2({ 'ec2:GetInstanceMetadataDefaults': ok({ AccountLevel }) });
    expect(one('RegionalSettings')?.facts.metadataDefaults).toEqual({ httpTokens: null, httpEndpoint: 'disabled' });
  });
});

describe.runIf(hasRealAnswers())('real answers of EC2', () => {
  it.each([
    ['DescribeSnapshots', 'Snapshot'],
    ['DescribeImages', 'Image'],
    ['DescribeLaunchTemplateVersions', 'LaunchTemplate'],
  ])('of %s can all be read', async (operation, type) => {
    for (const { data } of realAnswers('ec2', operation)) {
      const { NextToken: _, ...answer } = data;
      const { of } = await readEc2({ [`ec2:${operation}`]: ok(answer) });
      expect(of(type).failure).toBeUndefined();
      expect(of(type).resources.flatMap((it) => Object.keys(it.failures))).toEqual([]);
    }
  });
});
