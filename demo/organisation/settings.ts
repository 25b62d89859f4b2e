import {
  AttachGroupPolicyCommand,
  CreateSAMLProviderCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNTS, IRELAND, PRODUCTION, REGIONS } from './names.ts';
import type { World } from './world.ts';

/** What an account allows of public access to its buckets. A type, not an interface, so that it is JSON. */
export type PublicAccess = { readonly acls: boolean; readonly policies: boolean };

/** What a region of an account has set for EC2. */
export type Ec2Settings = { readonly snapshots: string; readonly images: string; readonly tokens: string | null };

/** Certificates that stand in IAM; the emulator does not read when they end. */
export const CERTIFICATES = [
  { name: 'legacy-portal', uploaded: '2025-10-25T09:00:00Z', expires: '2026-10-25T09:00:00Z' },
  { name: 'portal', uploaded: '2026-03-02T08:30:00Z', expires: '2027-04-02T08:00:00Z' },
];

/** Made-up text in the form of a certificate; nobody reads it. */
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nbm90IGEgcmVhbCBvbmU=\n-----END CERTIFICATE-----';
const METADATA = `<EntityDescriptor entityID="https://login.example.com">${' '.repeat(1000)}</EntityDescriptor>`;

/** Sets what belongs to an account as a whole. What the emulator has no room for is kept beside it. */
export async function seedSettings(world: World): Promise<void> {
  await world.at('2024-02-06T08:50:00Z');
  // The page about the service's state is public on purpose, which all four settings would not let be.
  world.kept.set(`public-access/${PRODUCTION}`, { acls: true, policies: false } satisfies PublicAccess);
  for (const account of ACCOUNTS) {
    for (const region of REGIONS) {
      const isCareful = account === PRODUCTION && region === IRELAND;
      const settings: Ec2Settings = isCareful
        ? { snapshots: 'block-all-sharing', images: 'block-new-sharing', tokens: 'required' }
        : { snapshots: 'unblocked', images: account === PRODUCTION ? 'block-new-sharing' : 'unblocked', tokens: null };
      world.kept.set(`ec2/${account}/${region}`, settings);
    }
  }
  const { iam } = world.in(PRODUCTION);
  await iam.send(new CreateSAMLProviderCommand({ Name: 'login', SAMLMetadataDocument: METADATA }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AWSSupportAccess';
  await iam.send(new AttachGroupPolicyCommand({ GroupName: 'Engineers', PolicyArn }));
  for (const { name, uploaded } of CERTIFICATES) {
    await world.at(uploaded);
    const { ServerCertificateMetadata } = await iam.send(
      new UploadServerCertificateCommand({
        ServerCertificateName: name,
        CertificateBody: CERTIFICATE,
        PrivateKey: 'not-a-real-one',
      }),
    );
    world.remember(`certificate/${name}`, ServerCertificateMetadata?.Arn);
  }
}
