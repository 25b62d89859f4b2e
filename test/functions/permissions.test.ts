import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, type YAMLSeq } from 'yaml';
import { deploymentFiles } from '../../scripts/generated/deployment.ts';
import { memberRole, NEVER, policyParts } from '../../scripts/generated/member-role.ts';
import { readOnlyPolicy } from '../../scripts/generated/permissions.ts';
import { projectRoot } from '../../scripts/generated/root.ts';
import { loadServices } from '../../src/collect/services.ts';

const { permissions } = await loadServices();
const files = deploymentFiles(permissions);
/** Short forms of CloudFormation: !Ref A is { Ref: 'A' }. */
const TAGS = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name]: text }),
}));
const LISTS = ['If', 'Not', 'Equals'].map((name) => ({
  tag: `!${name}`,
  collection: 'seq' as const,
  // The items have been resolved by then.
  resolve: (items: unknown) => ({ [name]: (items as YAMLSeq).toJSON() }),
}));
const parseTemplate = (text: string) => parse(text, { customTags: [...TAGS, ...LISTS] });
const role = parseTemplate(files.get('templates/member-role.yaml') ?? '');
const { Properties: properties } = role.Resources.ReadOnlyRole;

/** The actions of each managed policy. */
function granting(template: { Resources: Record<string, { Type: string; Properties: never }> }): string[][] {
  const policies = Object.values(template.Resources).filter((it) => it.Type === 'AWS::IAM::ManagedPolicy');
  return policies.map(({ Properties: { PolicyDocument, Roles } }) => {
    const { Statement } = PolicyDocument as { Statement: { Effect: string; Action: string[]; Resource: string }[] };
    const [{ Action } = { Action: [] }] = Statement;
    expect({ Statement, Roles }).toEqual({
      Statement: [{ Sid: 'WitnessmarkReadOnly', Effect: 'Allow', Action, Resource: '*' }],
      Roles: [{ Ref: 'ReadOnlyRole' }],
    });
    return Action;
  });
}

describe('what a deployment takes from the readers', () => {
  it('stands on the disk as the readers declare it', async () => {
    for (const [path, text] of files) expect(await readFile(join(projectRoot, path), 'utf8')).toBe(text);
  });

  it('has no wildcard, and nothing that changes anything or reads the content of data', () => {
    expect(permissions.length).toBeGreaterThan(30);
    for (const action of permissions) {
      expect(action).toMatch(
        /^[a-z0-9-]+:(Get|List|Describe|BatchGet|Select|Lookup)[A-Za-z]+$|^iam:GenerateCredentialReport$/,
      );
      expect(action).not.toMatch(
        /^(s3:GetObject|s3:ListBucket$|kms:GetParameters|ssm:GetParameter|secretsmanager:GetSecretValue)/,
      );
    }
  });
});

describe('the role of a member account', () => {
  it('may do exactly what the readers declare, in policies that IAM takes', () => {
    expect(granting(role)).toEqual(policyParts(permissions));
    expect(granting(role).flat()).toEqual(permissions);
    // Managed policies that a role takes where nobody has asked for more.
    expect(granting(role).length).toBeLessThanOrEqual(10);
    const more = [...permissions, ...permissions.map((it) => `${it}More`)];
    const parts = granting(parseTemplate(memberRole(more)));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flat()).toEqual(more);
    // IAM counts without white space.
    for (const it of [...parts, ...granting(role)])
      expect(JSON.stringify(readOnlyPolicy(it)).length).toBeLessThanOrEqual(6144);
    expect(properties.ManagedPolicyArns).toBeUndefined();
  });

  it('is denied the content of things, and nothing that it may read', () => {
    const [policy, ...others] = properties.Policies;
    expect(others).toEqual([]);
    const { Statement } = policy.PolicyDocument;
    expect(JSON.stringify(policy.PolicyDocument).length).toBeLessThan(10_240);
    expect(Statement.map((it: { Sid?: string }) => it.Sid ?? 'If')).toEqual([
      'NeverContent',
      'NothingIsDecrypted',
      'If',
    ]);
    const objects = Statement[2].If.slice(1).map(({ Action }: { Action: string[] }) => Action);
    const denied: string[] = [...NEVER, 'kms:Decrypt', ...objects.flat()];
    expect(Statement[0].Action).toEqual(NEVER);
    expect(denied).toEqual(
      expect.arrayContaining(['s3:GetObject', 'secretsmanager:GetSecretValue', 'dynamodb:GetItem']),
    );
    const covers = (pattern: string, action: string) =>
      pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
    expect(permissions.filter((action) => denied.some((it) => covers(it, action)))).toEqual([]);
  });

  it('has no default for who asks and by which word', () => {
    const named = Object.keys(role.Parameters).filter((it) => role.Parameters[it].Default === undefined);
    expect(named).toEqual(['CollectorRoleArn', 'ExternalId']);
    // What stands in a trust policy is no secret, and what looks like one would be trusted as one.
    expect(role.Parameters.ExternalId.NoEcho).toBeUndefined();
  });

  it('is assumed by the collector, by what reads event histories where that is named, and only with the external id', () => {
    const both = [{ Ref: 'CollectorRoleArn' }, { Ref: 'IngestRoleArn' }];
    expect(properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: { If: ['IsIngested', both, { Ref: 'CollectorRoleArn' }] } },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } } },
      },
    ]);
    expect(role.Parameters.ExternalId.Default).toBeUndefined();
    const pattern = new RegExp(role.Parameters.CollectorRoleArn.AllowedPattern);
    expect('arn:aws:iam::111122223333:role/witnessmark-prod-collector-eu-west-1').toMatch(pattern);
    for (const wide of [
      '*',
      'arn:aws:iam::*:role/x',
      'arn:aws:iam::111122223333:root',
      'arn:aws:iam::111122223333:role/*',
    ]) {
      expect(wide).not.toMatch(pattern);
      expect(wide).not.toMatch(new RegExp(role.Parameters.IngestRoleArn.AllowedPattern));
    }
  });

  it('has a version that YAML 1.1 does not take for a date', () => {
    expect(files.get('templates/member-role.yaml')).toMatch(/Version: "2012-10-17"/);
  });
});
