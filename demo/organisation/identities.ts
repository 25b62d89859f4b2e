import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam';
import { DEVELOPMENT, PRODUCTION } from './names.ts';
import { GROUPS, type HeldKey, USERS, type User } from './people.ts';
import { POLICIES } from './policies.ts';
import { ROLES, type Role } from './roles.ts';
import type { World } from './world.ts';

const awsPolicy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const ownPolicy = (account: string, name: string): string => `arn:aws:iam::${account}:policy/${name}`;

/** Makes policies, roles, groups and users; remembers `access-key/<user>/<n>`. */
export async function seedIdentities(world: World): Promise<void> {
  await setPasswordPolicies(world);
  for (const { account, name, created, document } of POLICIES) {
    await world.at(created);
    const { iam } = world.in(account);
    await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: JSON.stringify(document) }));
  }
  for (const role of ROLES) await createRole(world, role);
  for (const { account, name: GroupName, awsPolicies } of GROUPS) {
    await world.at('2024-02-05T08:10:00Z');
    const { iam } = world.in(account);
    await iam.send(new CreateGroupCommand({ GroupName }));
    for (const it of awsPolicies) await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: awsPolicy(it) }));
  }
  for (const user of USERS) await createUser(world, user);
}

async function setPasswordPolicies(world: World): Promise<void> {
  const kinds = { RequireUppercaseCharacters: true, RequireLowercaseCharacters: true, RequireNumbers: true };
  const strict = {
    ...kinds,
    MinimumPasswordLength: 14,
    RequireSymbols: true,
    PasswordReusePrevention: 24,
    MaxPasswordAge: 90,
  };
  const loose = { ...kinds, MinimumPasswordLength: 12, PasswordReusePrevention: 3 };
  await world.in(PRODUCTION).iam.send(new UpdateAccountPasswordPolicyCommand(strict));
  await world.in(DEVELOPMENT).iam.send(new UpdateAccountPasswordPolicyCommand(loose));
}

async function createRole(world: World, role: Role): Promise<void> {
  await world.at(role.created);
  const { iam } = world.in(role.account);
  const RoleName = role.name;
  const AssumeRolePolicyDocument = JSON.stringify(role.trust);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Path: role.path ?? '/' }));
  const arns = [
    ...(role.policies ?? []).map((it) => ownPolicy(role.account, it)),
    ...(role.awsPolicies ?? []).map(awsPolicy),
  ];
  for (const PolicyArn of arns) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const [PolicyName, document] of Object.entries(role.inline ?? {})) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));
  }
  if (!JSON.stringify(role.trust).includes('ec2.amazonaws.com')) return;
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }));
}

/** Makes a user with all that it has. */
export async function createUser(world: World, user: User): Promise<void> {
  await world.at(user.created);
  const { iam } = world.in(user.account);
  const UserName = user.name;
  await iam.send(new CreateUserCommand({ UserName }));
  for (const GroupName of user.groups) await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
  if (user.password !== undefined) {
    await iam.send(
      new CreateLoginProfileCommand({ UserName, Password: 'Not-a-real-0ne!', PasswordResetRequired: false }),
    );
  }
  if (user.mfa === true) await enableMfa(iam, UserName);
  for (const it of user.awsPolicies ?? [])
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: awsPolicy(it) }));
  for (const [PolicyName, document] of Object.entries(user.inline ?? {})) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: JSON.stringify(document) }));
  }
  for (const [index, key] of (user.keys ?? []).entries()) await createKey(world, user, key, index + 1);
}

async function createKey(world: World, user: User, key: HeldKey, number: number): Promise<void> {
  await world.at(key.created);
  const { iam } = world.in(user.account);
  const UserName = user.name;
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const AccessKeyId = world.remember(`access-key/${UserName}/${number}`, AccessKey?.AccessKeyId);
  if (!key.active) await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
}

/** Gives a user a virtual MFA device. */
export async function enableMfa(iam: IAMClient, UserName: string): Promise<string> {
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const SerialNumber = VirtualMFADevice?.SerialNumber ?? '';
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  await iam.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }));
  return SerialNumber;
}
