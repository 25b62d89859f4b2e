import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { kmsClient } from './client.ts';
import { kmsError, kmsRefused } from './errors.ts';

/** SHA-256. */
const SECRET_BYTES = 32;

/**
 * A secret of 32 bytes that an HMAC key in KMS (key spec HMAC_256) gives for a label: HMAC-SHA-256 of the label. It is
 * the same each time and is stored nowhere; whoever may not call kms:GenerateMac with the key cannot have it.
 * Throws as `kmsSigner` does where the key cannot be used.
 */
export async function kmsSecret(options: {
  readonly keyId: string;
  readonly label: string;
  readonly client?: KMSClient;
}): Promise<Uint8Array> {
  const { keyId, label, client = kmsClient() } = options;
  const input = { KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(label) } as const;
  const { Mac: mac } = await client.send(new GenerateMacCommand(input)).catch((thrown: unknown) => {
    throw kmsError(thrown, 'GenerateMac', keyId, 'key usage GENERATE_VERIFY_MAC, key spec HMAC_256');
  });
  if (mac?.length !== SECRET_BYTES) {
    throw kmsRefused('answer-invalid', keyId, `expected ${SECRET_BYTES} bytes of MAC, got ${mac?.length ?? 'none'}`);
  }
  return mac;
}
