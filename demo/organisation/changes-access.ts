import {
  CreateAccessKeyCommand,
  CreatePolicyVersionCommand,
  DeleteAccessKeyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Change } from './change.ts';
import { createUser, enableMfa } from './identities.ts';
import { JOINER } from './people.ts';
import { everything, sandboxPermissions } from './policies.ts';
import { webhookTrust } from './roles.ts';
import { shownId } from './trail-events.ts';

type Make = Change['make'];

/** CloudTrail files show key ids; those of the demo are plainly none. */
const shownKey = (userName: string, number: number): string => shownId('AKIA', `${userName}${number}`);

export const keyCreated =
  (userName: string, number: number): Make =>
  async (world, { iam }) => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: userName }));
    world.remember(`access-key/${userName}/${number}`, AccessKey?.AccessKeyId);
    const accessKey = { userName, accessKeyId: shownKey(userName, number), status: 'Active' };
    return [{ call: 'iam:CreateAccessKey', request: { userName }, response: { accessKey } }];
  };

export const keyDisabled =
  (userName: string, number: number): Make =>
  async (world, { iam }) => {
    const AccessKeyId = world.id(`access-key/${userName}/${number}`);
    await iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId, Status: 'Inactive' }));
    const request = { userName, accessKeyId: shownKey(userName, number), status: 'Inactive' };
    return [{ call: 'iam:UpdateAccessKey', request }];
  };

export const keyDeleted =
  (userName: string, number: number): Make =>
  async (world, { iam }) => {
    const AccessKeyId = world.id(`access-key/${userName}/${number}`);
    await iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId }));
    return [{ call: 'iam:DeleteAccessKey', request: { userName, accessKeyId: shownKey(userName, number) } }];
  };

/** A new colleague gets a user with a password and no MFA device. */
export const joined =
  (): Make =>
  async (world, { account }) => {
    await createUser(world, JOINER);
    const userName = JOINER.name;
    const user = { userName, path: '/', arn: `arn:aws:iam::${account}:user/${userName}` };
    return [
      { call: 'iam:CreateUser', request: { userName }, response: { user } },
      { call: 'iam:AddUserToGroup', request: { userName, groupName: JOINER.groups[0] } },
      {
        call: 'iam:CreateLoginProfile',
        request: { userName, passwordResetRequired: true },
        response: { loginProfile: { userName } },
      },
    ];
  };

export const mfaEnabled =
  (userName: string): Make =>
  async (_, { iam }) => {
    const serialNumber = await enableMfa(iam, userName);
    return [
      {
        call: 'iam:CreateVirtualMFADevice',
        request: { path: '/', virtualMFADeviceName: userName },
        response: { virtualMFADevice: { serialNumber } },
      },
      { call: 'iam:EnableMFADevice', request: { userName, serialNumber } },
    ];
  };

/** A role that everyone could assume is left to the build system alone. */
export const trustNarrowed =
  (roleName: string): Make =>
  async (_, { iam }) => {
    const PolicyDocument = JSON.stringify(webhookTrust);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument }));
    return [{ call: 'iam:UpdateAssumeRolePolicy', request: { roleName, policyDocument: PolicyDocument } }];
  };

const newVersion =
  (name: string, document: object): Make =>
  async (_, { iam, account }) => {
    const policyArn = `arn:aws:iam::${account}:policy/${name}`;
    const policyDocument = JSON.stringify(document);
    const input = { PolicyArn: policyArn, PolicyDocument: policyDocument, SetAsDefault: true };
    const { PolicyVersion } = await iam.send(new CreatePolicyVersionCommand(input));
    const policyVersion = { versionId: PolicyVersion?.VersionId, isDefaultVersion: true };
    return [
      {
        call: 'iam:CreatePolicyVersion',
        request: { policyArn, policyDocument, setAsDefault: true },
        response: { policyVersion },
      },
    ];
  };

/** A policy comes to grant every action on every resource. */
export const policyWidened = (name: string): Make => newVersion(name, everything);
export const policyNarrowed = (name: string): Make => newVersion(name, sandboxPermissions);
