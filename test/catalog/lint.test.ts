import { describe, expect, it } from 'vitest';
import { type Edits, lint, replace } from './support.ts';

const CHECKS = 'catalog/checks/s3.yaml';
const EVENTS = 'catalog/events/sign-in.yaml';
const DATA = 'catalog/demo/cc10.yaml';
const ACCESS = 'catalog/demo/cc2.yaml';
const HEAD = 'catalog/demo/framework.yaml';
const OWN = { 'catalog/own.yaml': undefined };

const cases: readonly (readonly [string, Edits, string])[] = [
  [
    'an unknown key',
    { [CHECKS]: replace('severity: medium', 'severty: medium') },
    `${CHECKS}:6:5: unknown key "severty" (did you mean "severity"?)`,
  ],
  [
    'an unknown value',
    { [CHECKS]: replace('severity: medium', 'severity: hihg') },
    `${CHECKS}:6:15: "severity": expected "low", "medium", "high" or "critical", found the text "hihg" (did you mean "high"?)`,
  ],
  [
    'a missing key',
    { [CHECKS]: replace('    remediation: Turn versioning on.\n', '') },
    `${CHECKS}:3:5: missing key "remediation"`,
  ],
  [
    'an unknown fact',
    { [CHECKS]: replace('expect: resource.versioning', 'expect: resource.versionning') },
    `${CHECKS}:7:13: expect: AWS::S3::Bucket has no fact "versionning" (did you mean "versioning"?)`,
  ],
  [
    'an expression that does not type-check',
    {
      [CHECKS]: replace('expect: resource.versioning.status == "Enabled"', 'expect: size(resource.versioning) == "a"'),
    },
    `${CHECKS}:7:13: expect: no such overload: int == string`,
  ],
  [
    'an expression inside quotes',
    {
      [CHECKS]: replace(
        '\'"versioning is " + resource.versioning.status\'',
        '\'"versioning is " + resource.versionin.status\'',
      ),
    },
    `${CHECKS}:8:33: reason: AWS::S3::Bucket has no fact "versionin" (did you mean "versioning"?)`,
  ],
  [
    'an unknown resource type',
    { [CHECKS]: (text) => text.replace('resource: AWS::S3::Bucket', 'resource: AWS::S3::Buckets') },
    `${CHECKS}:5:15: no facts are collected for AWS::S3::Buckets (did you mean "AWS::S3::Bucket"?)`,
  ],
  [
    'an unknown rule under same_as',
    { [CHECKS]: replace('S3_BUCKET_VERSIONING_ENABLED', 'S3_BUCKET_VERSIONING') },
    `${CHECKS}:10:29: unknown AWS Config rule "S3_BUCKET_VERSIONING"`,
  ],
  [
    'a duplicate check',
    { [CHECKS]: replace('id: s3-bucket-lifecycle-short', 'id: s3-bucket-versioned') },
    `${CHECKS}:16:9: duplicate check id "s3-bucket-versioned": it is in ${CHECKS} already`,
  ],
  [
    'a check of another service',
    { [CHECKS]: replace('id: s3-bucket-versioned', 'id: kms-bucket-versioned') },
    `${CHECKS}:3:9: expected the id to begin with "s3-", found "kms-bucket-versioned"`,
  ],
  [
    'a check without a fail example',
    { [CHECKS]: replace('- fail: { versioning', '- pass: { versioning') },
    `${CHECKS}:12:7: expected at least one "fail" example`,
  ],
  [
    'an example that comes out otherwise',
    { [CHECKS]: replace('status: "Off"', 'status: Enabled') },
    `${CHECKS}:13:15: example 2: expected non_compliant, found compliant: versioning is Enabled`,
  ],
  [
    'an example with a fact that does not exist',
    { [CHECKS]: replace('pass: { versioning: {', 'pass: { version: {') },
    `${CHECKS}:12:26: AWS::S3::Bucket has no fact "version"`,
  ],
  [
    'a parameter that nothing uses',
    {
      [CHECKS]: replace(
        '      maxDays: {',
        '      idle: { type: bool, default: true, describe: Nothing }\n      maxDays: {',
      ),
    },
    `${CHECKS}:24:13: no expression of the check uses the parameter "idle"`,
  ],
  [
    'an event example that does not match',
    { [EVENTS]: replace('- match: { eventName: ConsoleLogin', '- match: { eventName: Login') },
    `${EVENTS}:9:16: example 1: expected match, found ignore`,
  ],
  [
    'a selector that does not compile',
    { [EVENTS]: replace('match: event.eventName ==', 'match: evnt.eventName ==') },
    `${EVENTS}:5:12: match: Unknown variable: evnt (did you mean "event"?)`,
  ],
  [
    'an unknown check',
    { [DATA]: replace('check: s3-bucket-versioned', 'check: s3-bucket-versionned') },
    `${DATA}:7:16: unknown check "s3-bucket-versionned" (did you mean "s3-bucket-versioned"?)`,
  ],
  [
    'an unknown event selector',
    { [ACCESS]: replace('root-console-login', 'root-console-logon') },
    `${ACCESS}:8:21: unknown event selector "root-console-logon" (did you mean "root-console-login"?)`,
  ],
  [
    'an unknown Config rule',
    { [DATA]: replace('S3_BUCKET_VERSIONING_ENABLED', 'S3_BUCKET_VERSIONS_ENABLED') },
    `${DATA}:14:22: unknown AWS Config rule "S3_BUCKET_VERSIONS_ENABLED" (did you mean "S3_BUCKET_VERSIONING_ENABLED"?)`,
  ],
  [
    'a parameter looser than the default',
    { [DATA]: replace('maxDays: 60', 'maxDays: 120') },
    `${DATA}:13:26: "maxDays" may only be tightened: expected 90 or lower, found 120`,
  ],
  [
    'a parameter that the check does not have',
    { [DATA]: replace('maxDays: 60', 'maxDay: 60') },
    `${DATA}:13:25: check s3-bucket-lifecycle-short has no parameter "maxDay" (did you mean "maxDays"?)`,
  ],
  [
    'a source twice',
    { [DATA]: replace('check: s3-bucket-lifecycle-short', 'check: s3-bucket-versioned') },
    `${DATA}:10:9: the control has the source check:s3-bucket-versioned twice`,
  ],
  [
    'a source without strength',
    { [ACCESS]: replace('        strength: direct\n', '') },
    `${ACCESS}:8:9: missing key "strength"`,
  ],
  [
    'a mistyped kind of source',
    { [ACCESS]: replace('cloudtrail: root', 'cloudtrial: root') },
    `${ACCESS}:8:9: unknown key "cloudtrial" (did you mean "cloudtrail"?)`,
  ],
  [
    'a control without a source',
    { [ACCESS]: replace('sources:\n      - manual: { ask: Access policy approved by the board }', 'sources: []') },
    `${ACCESS}:13:14: "sources": a control needs at least one source, manual if nothing else`,
  ],
  [
    'an id that is a number',
    { [ACCESS]: replace('id: CC2.2', 'id: 2.2') },
    `${ACCESS}:11:9: "id": expected a text, found the number 2.2: put it in quotes`,
  ],
  [
    'an over-claim',
    { [EVENTS]: replace('expect: none', 'expect: any') },
    `${ACCESS}:9:19: "root-console-login" expects nothing (expect: any), so it cannot be direct evidence`,
  ],
  [
    'an invented official id',
    { ...OWN, [ACCESS]: replace('id: CC2.2', 'id: CC2.3') },
    `${ACCESS}:11:9: "CC2.3" is no official id of demo-official (did you mean "CC2.1"?)`,
  ],
  [
    'a missing official id',
    { ...OWN, [ACCESS]: replace('id: CC2.2', 'id: CC2.3') },
    `${HEAD}:6:12: official ids of demo-official are missing: CC2.2`,
  ],
  [
    'an unknown catalogue',
    { [HEAD]: replace('demo-official', 'demo-oficial') },
    `${HEAD}:6:12: unknown catalogue "demo-oficial" (did you mean "demo-official"?)`,
  ],
  [
    'a folder with another name',
    { ...OWN, [HEAD]: replace('framework: demo', 'framework: dome') },
    `${HEAD}:1:12: expected the framework to be called "demo" as its folder, found "dome"`,
  ],
];

describe('the linter', () => {
  it('finds nothing in the fixture', async () => expect(await lint({})).toEqual([]));

  it.each(cases)('refuses %s', async (_name, edits, message) => {
    expect(await lint(edits)).toContain(message);
  });

  it('reports one mistake once', async () => {
    for (const [, edits] of cases.filter(([name]) =>
      /unknown key|unknown fact|mistyped|looser|unknown check$/.test(name),
    ))
      expect(await lint(edits)).toHaveLength(1);
  });

  it('warns of a check and a selector that no framework uses', async () => {
    const problems = await lint({
      ...OWN,
      [HEAD]: replace('catalogue: demo-official\n', ''),
      [DATA]: replace(
        '      - check: s3-bucket-versioned\n        strength: direct\n        why: Old versions survive a mistaken delete.\n',
        '',
      ),
      [ACCESS]: replace(
        'cloudtrail: root-console-login\n        strength: direct\n        why: Every sign-in of the root user is an event.',
        'manual: { ask: List of people who hold the root password }',
      ),
    });
    expect(problems).toEqual([
      `${CHECKS}:3:9: warning: no framework uses the check "s3-bucket-versioned"`,
      `${EVENTS}:3:11: warning: no framework uses the event selector "root-console-login"`,
    ]);
  });
});
