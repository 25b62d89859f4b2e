import { createHmac } from 'node:crypto';

/**
 * Ids and salts of ledger bodies, derived with the deployment's secret: nobody else can guess them
 * from what they name, and a retry of the same work gives the same bytes.
 */
export interface Identity {
  /** A UUID (version 8, RFC 9562) for the thing that `parts` name. */
  id(...parts: readonly string[]): string;
  /** 128 bits as hexadecimal; hides low-entropy content behind its body hash. */
  salt(id: string): string;
}

export function identity(secret: Uint8Array): Identity {
  // As JSON, so that no two lists of parts are ever the same text.
  const mac = (label: string, parts: readonly string[]): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([label, ...parts]))
      .digest()
      .subarray(0, 16);
  return {
    id: (...parts) => uuid(mac('id', parts)),
    salt: (id) => mac('salt', [id]).toString('hex'),
  };
}

function uuid(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
