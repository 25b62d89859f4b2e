import { ModifyImageAttributeCommand } from '@aws-sdk/client-ec2';
import type { Change } from './change.ts';
import { type Detector, detectorName } from './detectors.ts';
import { type Hub, hubName } from './hubs.ts';
import type { Ec2Settings, PublicAccess } from './settings.ts';

type Make = Change['make'];

/** Switches GuardDuty of a region on or off. */
export const guardDuty =
  (isOn: boolean): Make =>
  (world, { account, region }) => {
    const name = detectorName(account, region);
    const detector = world.kept.get(name) as Detector;
    world.kept.set(name, { ...detector, enabled: isOn });
    return Promise.resolve([{ call: 'guardduty:UpdateDetector', request: { detectorId: detector.id, enable: isOn } }]);
  };

export const hubEnabled =
  (at: string): Make =>
  (world, { account, region }) => {
    const hub: Hub = { since: at, standard: 'INCOMPLETE' };
    world.kept.set(hubName(account, region), hub);
    const request = { EnableDefaultStandards: true, ControlFindingGenerator: 'SECURITY_CONTROL' };
    return Promise.resolve([{ call: 'securityhub:EnableSecurityHub', request }]);
  };

/** AWS finishes setting up the standard: nobody calls anything. */
export const standardReady =
  (): Make =>
  (world, { account, region }) => {
    const name = hubName(account, region);
    const hub = world.kept.get(name) as Hub;
    world.kept.set(name, { ...hub, standard: 'READY' });
    return Promise.resolve([]);
  };

export const snapshotsBlocked =
  (): Make =>
  (world, { account, region }) => {
    const name = `ec2/${account}/${region}`;
    const settings = world.kept.get(name) as Ec2Settings;
    world.kept.set(name, { ...settings, snapshots: 'block-all-sharing' });
    const EnableSnapshotBlockPublicAccessRequest = { State: 'block-all-sharing' };
    const request = { EnableSnapshotBlockPublicAccessRequest };
    return Promise.resolve([{ call: 'ec2:EnableSnapshotBlockPublicAccess', request }]);
  };

/** Forbids public access to all buckets of an account. */
export const accountBlocked =
  (): Make =>
  (world, { account }) => {
    world.kept.set(`public-access/${account}`, { acls: true, policies: true } satisfies PublicAccess);
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    const request = { accountId: account, PublicAccessBlockConfiguration };
    return Promise.resolve([{ call: 's3:PutAccountPublicAccessBlock', request }]);
  };

/** Lets every account launch from an image, or nobody else any more. */
export const imagePublic =
  (name: string, isPublic: boolean): Make =>
  async (world, { ec2 }) => {
    const imageId = world.id(`image/${name}`);
    const permission = [{ Group: 'all' as const }];
    const LaunchPermission = isPublic ? { Add: permission } : { Remove: permission };
    await ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, LaunchPermission }));
    const groups = { items: [{ group: 'all' }] };
    const launchPermission = isPublic ? { add: groups } : { remove: groups };
    return [{ call: 'ec2:ModifyImageAttribute', request: { imageId, launchPermission }, response: { _return: true } }];
  };
