import { z } from 'zod';
import { canonicalize } from '../../../ledger/canonical.ts';
import { decodeBase64 } from '../../../ledger/text.ts';
import { PATHS } from '../../paths.ts';
import { predicateOf } from '../../predicate.ts';
import { PAYLOAD_TYPE, PREDICATE_TYPE, preAuthEncoding, STATEMENT_TYPE } from '../../sign/dsse.ts';
import { hasSigned } from '../certificate.ts';
import { PackFault, within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

const Envelope = z.strictObject({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: z.string(),
  signatures: z.tuple([z.strictObject({ keyid: z.literal(''), sig: z.string() })]),
});

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const StatementShape = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: Hash }) })),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.looseObject({ tagFiles: z.record(z.string(), Hash) }),
});

/** Bytes that attestation.json may have: a statement over more than a million files. */
export const MAX_ATTESTATION = 350 * 1024 * 1024;
const file = PATHS.attestation;
/** The statement cannot name what it stands in, nor what is made after it and follows from the rest. */
const UNSIGNED: ReadonlySet<string> = new Set([file, PATHS.sigstore, PATHS.bagInfo, PATHS.manifest, PATHS.tagManifest]);

/**
 * One signature of the document key over the hash of every file of `data/` but this and its bundle, and of every
 * file beside it that is not a list or made of one, no fewer; and over what the report says of framework, period and
 * ledger. So nobody else can add a file, be it a page that tells its reader how to verify.
 */
export async function attestation(pack: Pack): Promise<StepOutcome> {
  const statement = await signedStatement(pack);
  const digests = await pack.digests();
  const subjects = new Map(statement.subject.map((it) => [it.name, it.digest.sha256]));
  const findings: Finding[] = [];
  if (subjects.size !== statement.subject.length) findings.push({ file, message: 'names a file twice' });
  const tags = new Map(Object.entries(statement.predicate.tagFiles));
  for (const path of [...digests.keys()].filter((it) => !UNSIGNED.has(it))) {
    const names = path.startsWith('data/') ? subjects : tags;
    if (!names.has(path)) findings.push({ file: path, message: 'is not in the signed statement' });
  }
  const signed = new Map([...subjects, ...tags]);
  for (const [path, sha256] of signed) {
    const found = digests.get(path);
    if (found === undefined) findings.push({ file: path, message: 'is in the signed statement and missing' });
    else if (found !== sha256) findings.push({ file: path, message: 'is not what was signed (another SHA-256)' });
  }
  const predicate = predicateOf(await pack.report(), new Map(Object.entries(statement.predicate.tagFiles)));
  if (canonicalize(predicate) !== canonicalize(statement.predicate)) {
    findings.push({ file, message: 'speaks of another framework, period or ledger than report.json' });
  }
  return { findings };
}

async function signedStatement(pack: Pack): Promise<z.infer<typeof StatementShape>> {
  const text = await pack.text(file, MAX_ATTESTATION);
  const certificate = await pack.signing();
  const { payload, signature } = within(file, () => openedEnvelope(text));
  if (!(await hasSigned(certificate, preAuthEncoding(PAYLOAD_TYPE, payload), signature))) {
    throw fault(`the signature is not one of the key of ${PATHS.signing} over this statement`);
  }
  return within(file, () => statementIn(payload));
}

function statementIn(payload: Uint8Array): z.infer<typeof StatementShape> {
  const statement: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
  // In one spelling alone: of a key that is there twice, other readers take the other value.
  if (!Buffer.from(JSON.stringify(statement)).equals(payload))
    throw fault('the payload is not written as a pack writes it');
  return checked(StatementShape, statement);
}

function openedEnvelope(text: string): { readonly payload: Uint8Array; readonly signature: Uint8Array } {
  const envelope = checked(Envelope, JSON.parse(text));
  if (text !== `${JSON.stringify(envelope)}\n`) throw fault('is not written as a pack writes it');
  const [payload, signature] = [decodeBase64(envelope.payload), decodeBase64(envelope.signatures[0].sig)];
  if (payload === undefined || signature === undefined) throw fault('payload or signature is not base64');
  return { payload, signature };
}

const fault = (message: string): PackFault => new PackFault({ file, message });

function checked<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fault(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
}
