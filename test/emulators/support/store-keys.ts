import { CreateAliasCommand, CreateKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

const KEYS = {
  checkpoint: { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' },
  document: { KeySpec: 'RSA_3072', KeyUsage: 'SIGN_VERIFY' },
  root: { KeySpec: 'RSA_3072', KeyUsage: 'SIGN_VERIFY' },
  secret: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
} as const;

/** Makes the four keys of a store, with aliases that begin with `prefix`. */
export async function makeStoreKeys(kms: KMSClient, prefix = 'witnessmark'): Promise<void> {
  for (const name of Object.keys(KEYS) as (keyof typeof KEYS)[]) await makeKey(kms, name, `alias/${prefix}-${name}`);
}

/** Makes a key for one of the four purposes; gives its id. */
export async function makeKey(kms: KMSClient, purpose: keyof typeof KEYS, alias?: string): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(KEYS[purpose]));
  const TargetKeyId = KeyMetadata?.KeyId ?? '';
  if (alias !== undefined) await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId }));
  return TargetKeyId;
}
