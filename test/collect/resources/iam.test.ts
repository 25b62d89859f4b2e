import { describe, expect, it } from 'vitest';
import { changed, denied, fixture, populationOf, read, readAgain, rejected, resourceOf } from './recorded.ts';

const account = fixture('iam/account.json');
const ACCOUNT = 'AWS::::Account';
const USER = 'AWS::IAM::User';
const POLICY = 'AWS::IAM::Policy';
const ROLE = 'AWS::IAM::Role';
const GROUP = 'AWS::IAM::Group';
const CERTIFICATE = 'AWS::IAM::ServerCertificate';
const alice = { UserName: 'alice' };

/** The credential report of the fixture with its text changed. */
function report(change: (csv: string) => string, generatedTime = '2026-10-01T00:30:00.000Z') {
  const found = account.find((it) => it.call === 'iam:GetCredentialReport');
  const csv = Buffer.from(String(found?.answer?.Content), 'base64').toString('utf8');
  const Content = Buffer.from(change(csv)).toString('base64');
  return { call: 'iam:GetCredentialReport', answer: { Content, GeneratedTime: generatedTime } };
}

describe('the account', () => {
  it('is one subject with every fact', async () => {
    const { id, facts, failures } = resourceOf(await read('iam', account), ACCOUNT, '111122223333');
    expect([id, failures]).toEqual(['111122223333', {}]);
    expect(facts).toEqual({
      summary: { AccountMFAEnabled: 1, AccountAccessKeysPresent: 0, AccountPasswordPresent: 1 },
      passwordPolicy: {
        minimumPasswordLength: 14,
        requireSymbols: true,
        requireNumbers: true,
        requireUppercaseCharacters: true,
        requireLowercaseCharacters: true,
        expirePasswords: true,
        maxPasswordAge: 90,
        passwordReusePrevention: 24,
        hardExpiry: null,
      },
      root: {
        mfaActive: true,
        accessKey1Active: false,
        accessKey2Active: false,
        passwordLastUsed: '2026-03-06T15:47:11.000Z',
        accessKey1LastUsed: null,
        accessKey2LastUsed: null,
      },
      rootVirtualMfa: ['arn:aws:iam::111122223333:mfa/root-account-mfa-device'],
      samlProviders: ['arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE'],
      supportAccess: { groups: ['developers'], users: ['alice'], roles: ['duty'] },
      securityAuditAccess: { groups: [], users: [], roles: [] },
    });
  });

  it.each(['NoSuchEntity', 'NoSuchEntityException'])('has a null password policy after %s', async (name) => {
    const calls = changed(account, { call: 'iam:GetAccountPasswordPolicy', error: rejected(name) });
    expect(resourceOf(await read('iam', calls), ACCOUNT, '111122223333').facts.passwordPolicy).toBeNull();
  });

  it('fails in exactly the fact that was denied', async () => {
    const calls = changed(account, { call: 'iam:GetAccountPasswordPolicy', error: denied });
    const { failures } = resourceOf(await read('iam', calls), ACCOUNT, '111122223333');
    expect(Object.keys(failures)).toEqual(['passwordPolicy']);
  });

  it('has a failure, and no root fact, when the report has no row for the root user', async () => {
    const calls = changed(
      account,
      report((csv) => csv.replace(/<root_account>.*\n/, '')),
    );
    const { facts, failures } = resourceOf(await read('iam', calls), ACCOUNT, '111122223333');
    expect(failures.root).toMatchObject({ kind: 'unsupported', operation: 'iam:GetCredentialReport' });
    expect(facts).not.toHaveProperty('root');
  });
});

describe('IAM users', () => {
  it('give every fact, with the last four characters of key ids only', async () => {
    const { id, facts, failures } = resourceOf(await read('iam', account), USER, 'alice');
    expect([id, failures]).toEqual(['arn:aws:iam::111122223333:user/alice', {}]);
    expect(facts).toEqual({
      passwordEnabled: true,
      passwordLastUsed: '2026-09-29T14:56:42.000Z',
      passwordLastChanged: '2024-05-16T19:05:00.000Z',
      mfaActive: true,
      mfaDevices: ['arn:aws:iam::111122223333:mfa/alice'],
      accessKeys: [
        { id: 'MPLE', status: 'Inactive', created: '2025-06-24T20:30:37.000Z' },
        { id: 'MPLE', status: 'Active', created: '2026-08-14T10:26:37.000Z' },
      ],
      accessKeyUse: [
        { id: 'MPLE', status: 'Inactive', created: '2025-06-24T20:30:37.000Z', lastUsed: null },
        {
          id: 'MPLE',
          status: 'Active',
          created: '2026-08-14T10:26:37.000Z',
          lastUsed: '2026-09-30T06:54:00.000Z',
        },
      ],
      attachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicies: ['deploy'],
      inlineDocuments: {
        deploy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] },
      },
      groups: ['developers'],
      created: '2024-05-16T19:03:36.000Z',
    });
  });

  it('are found on all pages, also with a comma in the name', async () => {
    const { facts, failures } = resourceOf(await read('iam', account), USER, 'ci,deploy');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({
      passwordEnabled: false,
      passwordLastChanged: null,
      accessKeys: [],
      accessKeyUse: [],
    });
  });

  it('give the same facts from what was stored, in which key ids are redacted', async () => {
    const reading = await read('iam', account);
    const again = await readAgain(reading);
    expect(JSON.stringify(reading.retrievals)).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(again.populations).toEqual(reading.populations);
  });

  it('name the report among the retrievals of each fact that rests on it', async () => {
    const reading = await read('iam', account);
    for (const name of ['alice', 'ci,deploy']) {
      const { lines } = resourceOf(reading, USER, name);
      const operations = lines.passwordEnabled?.map((line) => reading.retrievals[line - 1]?.operation);
      expect(operations).toContain('GetCredentialReport');
    }
  });

  it('have the report generated and read once for all of them', async () => {
    const { retrievals } = await read('iam', account);
    const count = (operation: string) => retrievals.filter((it) => it.operation === operation).length;
    expect(count('GetCredentialReport')).toBe(1);
    // Once for the account and once for the users.
    expect(count('GenerateCredentialReport')).toBe(2);
  });

  it('keep all other facts when the report cannot be generated', async () => {
    const calls = changed(account, { call: 'iam:GenerateCredentialReport', error: denied });
    const { failures } = resourceOf(await read('iam', calls), USER, 'alice');
    const fromReport = ['accessKeyUse', 'mfaActive', 'passwordEnabled', 'passwordLastChanged', 'passwordLastUsed'];
    expect(Object.keys(failures).sort()).toEqual(fromReport);
    expect(failures.mfaActive).toMatchObject({ operation: 'iam:GenerateCredentialReport', kind: 'denied' });
  });

  it('without keys do not need the report for their keys', async () => {
    const calls = changed(account, { call: 'iam:GetCredentialReport', error: denied });
    const { facts, failures } = resourceOf(await read('iam', calls), USER, 'ci,deploy');
    expect(facts.accessKeyUse).toEqual([]);
    expect(failures.passwordEnabled).toMatchObject({ kind: 'denied' });
  });

  it('that are newer than the report have unknown facts, not false ones', async () => {
    const calls = changed(
      account,
      report((csv) => csv.replace(/alice,.*\n/, '')),
    );
    const { facts, failures } = resourceOf(await read('iam', calls), USER, 'alice');
    expect(failures.passwordEnabled).toMatchObject({ kind: 'unsupported' });
    expect(facts.mfaDevices).toHaveLength(1);
  });

  it.each([
    ['not base64', '%%%'],
    ['empty', ''],
    ['without the columns that are needed', Buffer.from('user,arn\na,b\n').toString('base64')],
    ['with a row that is cut short', Buffer.from('user,arn\na\n').toString('base64')],
  ])('have failures for a report that is %s', async (_, Content) => {
    const answer = { Content, GeneratedTime: '2026-10-01T00:30:00.000Z' };
    const calls = changed(account, { call: 'iam:GetCredentialReport', answer });
    const { failures } = resourceOf(await read('iam', calls), USER, 'alice');
    expect(failures.passwordEnabled).toMatchObject({ kind: 'unparsable', operation: 'iam:GetCredentialReport' });
  });

  it('fail in exactly the fact that was denied', async () => {
    const calls = changed(account, { call: 'iam:ListMFADevices', input: alice, error: denied });
    const { failures } = resourceOf(await read('iam', calls), USER, 'alice');
    expect(Object.keys(failures)).toEqual(['mfaDevices']);
  });

  it('are an unknown population when a page of the list is denied', async () => {
    const calls = changed(account, { call: 'iam:ListUsers', input: { Marker: 'm2' }, error: denied });
    const population = populationOf(await read('iam', calls), USER);
    expect(population.failure).toMatchObject({ kind: 'denied', operation: 'iam:ListUsers' });
    expect(population.resources).toEqual([]);
  });
});

describe('new facts of the account and of users', () => {
  const support = { PolicyArn: 'arn:aws:iam::aws:policy/AWSSupportAccess' };

  it.each([
    ['rootVirtualMfa', 'iam:ListVirtualMFADevices', { AssignmentStatus: 'Assigned', Marker: 'v2' }],
    ['samlProviders', 'iam:ListSAMLProviders', {}],
    ['supportAccess', 'iam:ListEntitiesForPolicy', { ...support, Marker: 'e2' }],
    ['securityAuditAccess', 'iam:ListEntitiesForPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/SecurityAudit' }],
  ])('fail in %s alone when %s is denied', async (fact, call, input) => {
    const calls = changed(account, { call, input, error: denied });
    expect(Object.keys(resourceOf(await read('iam', calls), ACCOUNT, '111122223333').failures)).toEqual([fact]);
  });

  it('do not take a managed policy that IAM does not know for one that nobody has', async () => {
    const calls = changed(account, {
      call: 'iam:ListEntitiesForPolicy',
      input: support,
      error: rejected('NoSuchEntity'),
    });
    const { facts, failures } = resourceOf(await read('iam', calls), ACCOUNT, '111122223333');
    expect(failures.supportAccess).toMatchObject({ kind: 'rejected', name: 'NoSuchEntity' });
    expect(facts).not.toHaveProperty('supportAccess');
  });

  it('keep the names of inline policies when one document cannot be read', async () => {
    const input = { UserName: 'alice', PolicyName: 'deploy' };
    const calls = changed(account, { call: 'iam:GetUserPolicy', input, error: denied });
    const { facts, failures } = resourceOf(await read('iam', calls), USER, 'alice');
    expect(Object.keys(failures)).toEqual(['inlineDocuments']);
    expect(facts.inlinePolicies).toEqual(['deploy']);
  });
});

describe('IAM groups', () => {
  const developers = { GroupName: 'developers' };

  it('give every fact, users of all pages included', async () => {
    const reading = await read('iam', account);
    const { id, facts, failures } = resourceOf(reading, GROUP, 'developers');
    expect([id, failures]).toEqual(['arn:aws:iam::111122223333:group/developers', {}]);
    expect(facts).toEqual({
      users: ['alice', 'bob'],
      attachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicies: {
        keys: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] },
      },
    });
    expect(resourceOf(reading, GROUP, 'empty').facts).toEqual({ users: [], attachedPolicies: [], inlinePolicies: {} });
  });

  it.each([
    ['users', 'iam:GetGroup', developers],
    ['users', 'iam:GetGroup', { ...developers, Marker: 'u2' }],
    ['attachedPolicies', 'iam:ListAttachedGroupPolicies', developers],
    ['inlinePolicies', 'iam:ListGroupPolicies', developers],
    ['inlinePolicies', 'iam:GetGroupPolicy', { ...developers, PolicyName: 'keys' }],
  ])('fail in %s alone when %s is denied', async (fact, call, input) => {
    const calls = changed(account, { call, input, error: denied });
    expect(Object.keys(resourceOf(await read('iam', calls), GROUP, 'developers').failures)).toEqual([fact]);
  });

  it('are an unknown population when a page of the list is denied', async () => {
    const calls = changed(account, { call: 'iam:ListGroups', input: { Marker: 'g2' }, error: denied });
    expect(populationOf(await read('iam', calls), GROUP)).toMatchObject({ resources: [], failure: { kind: 'denied' } });
  });
});

describe('server certificates', () => {
  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('iam', account), CERTIFICATE, 'old');
    expect(failures).toEqual({});
    expect(facts).toEqual({ expires: '2024-11-18T21:17:09.000Z', uploaded: '2020-11-18T22:27:53.000Z' });
  });

  it('are an unknown population when the list is denied', async () => {
    const calls = changed(account, { call: 'iam:ListServerCertificates', error: denied });
    expect(populationOf(await read('iam', calls), CERTIFICATE).failure).toMatchObject({ kind: 'denied' });
  });
});

describe('customer managed policies', () => {
  const input = { PolicyArn: 'arn:aws:iam::111122223333:policy/admin', VersionId: 'v2' };

  it('are read attached or not', async () => {
    const { facts, failures } = resourceOf(await read('iam', account), POLICY, 'admin');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      attachmentCount: 0,
      defaultVersion: 'v2',
    });
  });

  it.each([
    ['a document that is not URL-encoded well', '%E0%A4%A'],
    ['a document that is not JSON', '%7B%22Version%22'],
  ])('fail in the document only for %s', async (_, Document) => {
    const answer = { PolicyVersion: { Document } };
    const calls = changed(account, { call: 'iam:GetPolicyVersion', input, answer });
    const { facts, failures } = resourceOf(await read('iam', calls), POLICY, 'admin');
    expect(failures.document).toMatchObject({ kind: 'unparsable' });
    expect(facts.attachmentCount).toBe(0);
  });
});

describe('IAM roles', () => {
  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('iam', account), ROLE, 'app');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({
      trustPolicy: { Statement: [{ Principal: { Service: 'ec2.amazonaws.com' } }] },
      unboundServices: ['ec2.amazonaws.com'],
      path: '/',
      lastUsed: '2026-09-30T12:00:00.000Z',
      attachedPolicies: ['arn:aws:iam::111122223333:policy/admin'],
      inlinePolicies: { 'read records': { Statement: [{ Action: 's3:GetObject' }] } },
    });
  });

  it('include service-linked ones', async () => {
    const { facts } = resourceOf(await read('iam', account), ROLE, 'AWSServiceRoleForSupport');
    expect(facts).toMatchObject({
      path: '/aws-service-role/support.amazonaws.com/',
      lastUsed: null,
      inlinePolicies: {},
    });
  });

  it('fail in one fact when one inline policy cannot be read, not with a shorter list', async () => {
    const input = { RoleName: 'app', PolicyName: 'read records' };
    const calls = changed(account, { call: 'iam:GetRolePolicy', input, error: denied });
    const { failures } = resourceOf(await read('iam', calls), ROLE, 'app');
    expect(Object.keys(failures)).toEqual(['inlinePolicies']);
  });
});
