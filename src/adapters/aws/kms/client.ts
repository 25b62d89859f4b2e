import { KMSClient } from '@aws-sdk/client-kms';
import { PATIENT } from '../retries.ts';

/** A client with the SDK's own credentials, and its own region where none is given. */
export function kmsClient(region?: string): KMSClient {
  return new KMSClient({ ...PATIENT, ...(region === undefined ? {} : { region }) });
}
