import type { Signer } from '../../ports/signer.ts';

/** The in-toto Statement v1 of a pack: which files it vouches for, and what they are. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Predicate;
}

export interface Predicate {
  readonly report: string;
  readonly framework: { readonly id: string; readonly version: string; readonly sha256: string };
  readonly period: { readonly from: string; readonly to: string };
  readonly ledger: { readonly origin: string; readonly size: number; readonly root: string };
  /** Files beside `data/` that do not depend on this statement, by name. */
  readonly tagFiles: Readonly<Record<string, string>>;
}

interface Envelope {
  readonly payloadType: typeof PAYLOAD_TYPE;
  readonly payload: string;
  readonly signatures: readonly [{ readonly keyid: ''; readonly sig: string }];
}

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://witnessmark.dev/assessment-pack/v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A statement over files, in the order of their names. */
export function statementOf(digests: ReadonlyMap<string, string>, predicate: Predicate): Statement {
  const subject = [...digests].map(([name, sha256]) => ({ name, digest: { sha256 } }));
  return { _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate };
}

/** DSSE pre-authentication encoding: the bytes that are signed (secure-systems-lab/dsse, protocol.md). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The signature in an envelope that `signStatement` made. */
export function envelopeSignature(envelope: Uint8Array): Uint8Array {
  const text = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.length);
  const found = SIGNATURE.exec(text.subarray(-MAX_SIGNATURE).toString('latin1'))?.[1] ?? '';
  return Buffer.from(found, 'base64');
}

/** It stands at the end, behind a payload that may have hundreds of megabytes. */
const SIGNATURE = /"sig":"([A-Za-z0-9+/=]*)"\}\]\}\n?$/;
const MAX_SIGNATURE = 16 * 1024;

/**
 * The statement in a DSSE envelope with exactly one signature and an empty key id (what Sigstore's
 * tools expect), as the bytes of a JSON file with a final newline.
 */
export async function signStatement(statement: Statement, signer: Signer): Promise<Uint8Array> {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = await signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload));
  const envelope: Envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString('base64'),
    signatures: [{ keyid: '', sig: Buffer.from(signature).toString('base64') }],
  };
  return Buffer.from(`${JSON.stringify(envelope)}\n`);
}
