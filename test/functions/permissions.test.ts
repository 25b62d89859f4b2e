import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { deploymentFiles } from '../../scripts/generated/deployment.ts';
import { projectRoot } from '../../scripts/generated/root.ts';
import { loadServices } from '../../src/collect/services.ts';

const { permissions } = await loadServices();
const files = deploymentFiles(permissions);
const role = parse(files.get('templates/member-role.yaml') ?? '', {
  // Short forms of CloudFormation: !Ref A is { Ref: 'A' }.
  customTags: ['Ref', 'GetAtt'].map((name) => ({ tag: `!${name}`, resolve: (text: string) => ({ [name]: text }) })),
});
const { Properties: properties } = role.Resources.ReadOnlyRole;

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
  it('may do exactly what the readers declare', () => {
    const [policy, ...others] = properties.Policies;
    expect(others).toEqual([]);
    expect(policy.PolicyDocument.Statement).toEqual([
      { Sid: 'WitnessmarkReadOnly', Effect: 'Allow', Action: permissions, Resource: '*' },
    ]);
    // IAM counts without white space; all inline policies of a role together may have this many.
    expect(JSON.stringify(policy.PolicyDocument).length).toBeLessThan(10_240);
    expect(properties.ManagedPolicyArns).toBeUndefined();
  });

  it('is assumed by the collector alone, and only with the external id', () => {
    expect(properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: { Ref: 'CollectorRoleArn' } },
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
    }
  });

  it('has a version that YAML 1.1 does not take for a date', () => {
    expect(files.get('templates/member-role.yaml')).toMatch(/Version: "2012-10-17"/);
  });
});
