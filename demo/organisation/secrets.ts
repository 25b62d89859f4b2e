import { CreateSecretCommand, PutResourcePolicyCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DEVELOPMENT, IRELAND, PRODUCTION, roleArn } from './names.ts';
import type { World } from './world.ts';

/** A secret with a value that is none, and how it is looked after. */
export interface Secret {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  /** Name of our own key; the key of AWS without one. */
  readonly key?: string;
  /** When it was last rotated before the period; never without one. */
  readonly rotated?: string;
  /** When it was last read: a day, or `daily`. */
  readonly used: string;
  readonly reader?: string;
}

const prod = { account: PRODUCTION, key: 'app-secrets', used: 'daily' };

export const SECRETS: readonly Secret[] = [
  {
    ...prod,
    name: 'portal/signing',
    created: '2024-08-20T14:02:10Z',
    rotated: '2026-09-12T04:00:00Z',
    reader: 'PortalApp',
  },
  { ...prod, name: 'claims/database', created: '2024-08-21T08:20:45Z', rotated: '2026-07-20T04:00:00Z' },
  { account: PRODUCTION, name: 'partners/sftp', created: '2024-09-16T12:50:31Z', used: '2026-06-20' },
  { account: DEVELOPMENT, name: 'dev/database', created: '2026-08-03T09:05:12Z', used: 'daily' },
];

/** Made up in place of the ids that the SDK would make up anew in every recording. */
const version = (name: string, of: 'first' | 'rotated'): string =>
  `${of === 'first' ? '00000000' : '11111111'}-0000-4000-8000-${Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12)}`;

/** Makes secrets; remembers `secret/<name>`. */
export async function seedSecrets(world: World): Promise<void> {
  for (const secret of SECRETS) {
    const { name, account, created, key, reader } = secret;
    await world.at(created);
    const { secrets } = world.in(account, IRELAND);
    const { ARN } = await secrets.send(
      new CreateSecretCommand({
        Name: name,
        SecretString: 'not-a-real-one',
        ClientRequestToken: version(name, 'first'),
        ...(key === undefined ? {} : { KmsKeyId: world.id(`key-arn/${key}`) }),
      }),
    );
    const SecretId = world.remember(`secret/${name}`, ARN);
    if (reader !== undefined) {
      const Statement = [
        {
          Sid: 'Reader',
          Effect: 'Allow',
          Principal: { AWS: roleArn(account, reader) },
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
        },
      ];
      const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement });
      await secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    }
    if (secret.rotated !== undefined) await rotate(world, secret, secret.rotated);
  }
}

/** Turns on rotation every sixty days and has the secret rotated at once. */
export async function rotate(
  world: World,
  { name, account }: Pick<Secret, 'name' | 'account'>,
  at: string,
): Promise<void> {
  await world.at(at);
  world.kept.set(`rotated/${name}`, at);
  await world.in(account, IRELAND).secrets.send(
    new RotateSecretCommand({
      SecretId: world.id(`secret/${name}`),
      ClientRequestToken: version(name, 'rotated'),
      RotationRules: { AutomaticallyAfterDays: 60 },
    }),
  );
}
