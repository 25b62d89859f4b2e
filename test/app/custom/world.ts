import { memoryMessages } from '../../../src/adapters/memory/messages.ts';
import { type FaultHook, memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { memoryUploads } from '../../../src/adapters/memory/uploads.ts';
import { type CustomPorts, checkFolder } from '../../../src/app/custom/check-folder.ts';
import { CustomState, STATE_KEY } from '../../../src/app/custom/state.ts';
import { load } from '../../catalog/support.ts';

/** The fixture's catalogue: checks of s3, event selectors, a framework `demo`. */
export const BASE = { ...(await load()), scopes: new Map([['s3', 'global' as const]]) };

export const CHECKS = `service: s3
checks:
  - id: custom-s3-bucket-versions-kept
    title: Buckets of ours keep the versions of their objects
    resource: AWS::S3::Bucket
    severity: medium
    expect: resource.versioning == "Enabled"
    reason: '"Versioning is " + string(resource.versioning) + "."'
    remediation: Turn on versioning of the bucket.
    examples:
      - pass: { versioning: Enabled }
      - fail: { versioning: Suspended }
`;

export const EVENTS = `topic: ours
events:
  - name: custom-user-made
    title: Somebody made an IAM user
    match: event.eventName == "CreateUser"
    expect: none
    remediation: Ask who made the user, and remove it.
    examples:
      - match: { eventName: CreateUser }
      - ignore: { eventName: GetUser }
`;

export const FRAMEWORK = `framework: ours
title: Rules of our own
version: '1'
publisher: Ours Ltd
retention: 7y
extends: demo
control_sets:
  - id: OURS
    title: Rules of our house
    controls:
      - id: OURS-1
        title: Versions are kept and users are not made by hand
        sources:
          - check: custom-s3-bucket-versions-kept
            strength: direct
            why: The rule is this setting on every bucket of the account.
          - cloudtrail: custom-user-made
            strength: partial
            why: Users come from the identity provider, so nobody makes one.
`;

/** Files of a folder that is right. */
export const RIGHT = { 'checks/s3.yaml': CHECKS, 'events/ours.yaml': EVENTS, 'ours.yaml': FRAMEWORK };

/** A deployment's folder and store in memory, whose clock moves when it waits. */
export function world(options: { fault?: FaultHook; onRead?: (path: string) => void } = {}) {
  let now = Date.parse('2026-11-22T12:00:00.000Z');
  const objects = memoryObjects(options.fault === undefined ? {} : { fault: options.fault });
  const uploads = memoryUploads(options.onRead === undefined ? {} : { onRead: options.onRead });
  const messages = memoryMessages();
  const ports: CustomPorts = {
    objects,
    uploads,
    catalogue: BASE,
    messages,
    clock: {
      now: () => {
        now += 1;
        return new Date(now).toISOString();
      },
    },
    wait: async (milliseconds) => {
      now += milliseconds;
    },
  };
  return {
    ...ports,
    objects,
    uploads,
    messages,
    ports,
    put: (files: Readonly<Record<string, string | Uint8Array>>) => {
      for (const [path, content] of Object.entries(files)) uploads.put(path, content);
    },
    check: (over: Partial<CustomPorts> = {}) => checkFolder({ ...ports, ...over }),
    state: () => CustomState.parse(JSON.parse(Buffer.from(objects.files.get(STATE_KEY) ?? []).toString('utf8'))),
    time: () => new Date(now).toISOString(),
  };
}
