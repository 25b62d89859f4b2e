import { generateKeyPairSync } from 'node:crypto';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam';
import { HOME } from '../moto.ts';
import { CERTIFICATE } from './certificate.ts';
import { type Config, named, policy, trusts } from './shared.ts';

const ADMIN = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
const READER = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::wm-good/*' });

/** Good: alice, readers, auditor, reader. Bad: bob, admins, anyone, everything. Returns the server certificate's ARN. */
export async function seedIdentities(config: Config): Promise<string> {
  const iam = new IAMClient(config);
  const everything = await makePolicies(iam);
  await makeUsers(iam, everything);
  await makeGroups(iam);
  await makeRoles(iam);
  await iam.send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: 16,
      PasswordReusePrevention: 24,
      RequireSymbols: true,
    }),
  );
  // moto takes any text, AWS wants metadata of at least 1,000 characters.
  const SAMLMetadataDocument = `<EntityDescriptor>${' '.repeat(1_000)}</EntityDescriptor>`;
  await iam.send(new CreateSAMLProviderCommand({ Name: 'directory', SAMLMetadataDocument }));
  const { ServerCertificateMetadata } = await iam.send(
    new UploadServerCertificateCommand({
      ServerCertificateName: 'web',
      CertificateBody: CERTIFICATE,
      PrivateKey: anyKey(),
    }),
  );
  return named(ServerCertificateMetadata?.Arn);
}

/** Not the certificate's: moto does not hold one against the other, and a key has no place in a repository. */
function anyKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function makePolicies(iam: IAMClient): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument: ADMIN }));
  await iam.send(new CreatePolicyCommand({ PolicyName: 'reader', PolicyDocument: READER }));
  return named(Policy?.Arn);
}

async function makeUsers(iam: IAMClient, everything: string): Promise<void> {
  for (const UserName of ['alice', 'bob', 'dora']) await iam.send(new CreateUserCommand({ UserName }));
  for (const UserName of ['alice', 'dora'])
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: 'correct horse 1 Battery!' }));
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'dora' }));
  const codes = { AuthenticationCode1: '123456', AuthenticationCode2: '654321' };
  const SerialNumber = named(VirtualMFADevice?.SerialNumber);
  await iam.send(new EnableMFADeviceCommand({ UserName: 'dora', SerialNumber, ...codes }));
  for (let keys = 0; keys < 2; keys++) await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn: everything }));
  await iam.send(new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'all', PolicyDocument: ADMIN }));
}

async function makeGroups(iam: IAMClient): Promise<void> {
  for (const GroupName of ['readers', 'admins']) await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'alice' }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'readers', PolicyName: 'read', PolicyDocument: READER }));
  await iam.send(new PutGroupPolicyCommand({ GroupName: 'admins', PolicyName: 'all', PolicyDocument: ADMIN }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'admins', PolicyArn: managed('AdministratorAccess') }));
}

async function makeRoles(iam: IAMClient): Promise<void> {
  const roles = {
    anyone: trusts('*'),
    auditor: trusts({ AWS: `arn:aws:iam::${HOME}:root` }),
    worker: trusts({ Service: 'lambda.amazonaws.com' }),
  };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles))
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'anyone', PolicyName: 'all', PolicyDocument: ADMIN }));
  await iam.send(new PutRolePolicyCommand({ RoleName: 'auditor', PolicyName: 'read', PolicyDocument: READER }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'auditor', PolicyArn: managed('SecurityAudit') }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'anyone', PolicyArn: managed('AdministratorAccess') }));
}

const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** A user with a key of its own, and a way to say what it may do. */
export interface LimitedUser {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** From now on it may do `allowed`, `denied` taken away. */
  may(allowed: readonly string[], denied?: readonly string[]): Promise<void>;
}

/** Makes a user who may do nothing yet. */
export async function limitedUser(config: Config, UserName: string): Promise<LimitedUser> {
  const iam = new IAMClient(config);
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    accessKeyId: named(AccessKey?.AccessKeyId),
    secretAccessKey: named(AccessKey?.SecretAccessKey),
    async may(allowed, denied = []) {
      const statements = [
        { Effect: 'Allow', Action: allowed, Resource: '*' },
        { Effect: 'Deny', Action: denied, Resource: '*' },
      ].filter(({ Action }) => Action.length > 0);
      // A policy needs a statement: where nothing is allowed it denies all.
      const document = policy(
        ...(statements.length > 0 ? statements : [{ Effect: 'Deny', Action: '*', Resource: '*' }]),
      );
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'limits', PolicyDocument: document }));
    },
  };
}
