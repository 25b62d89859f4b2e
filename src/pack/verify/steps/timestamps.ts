import { parseNote } from '../../../ledger/note.ts';
import { messageOf } from '../../../model/error.ts';
import { PATHS, TIMESTAMP_PATHS } from '../../paths.ts';
import { envelopeSignature } from '../../sign/dsse.ts';
import { MAX_RESPONSE, tokenIn } from '../../timestamp/response.ts';
import { MAX_ROOTS_BYTES, rootsOf } from '../../timestamp/roots.ts';
import { describeTimestamp, verifyToken } from '../../timestamp/verify.ts';
import { bundleTimestamp } from '../bundle-timestamp.ts';
import { findingOf, within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import { pdfSignatureOf } from '../pdf.ts';
import { cmsIn, MAX_PDF, signerOf } from '../pdf-cms.ts';
import type { Finding, StepOutcome } from '../types.ts';
import { MAX_ATTESTATION } from './attestation.ts';
import { MAX_BUNDLE } from './sigstore.ts';

/** A thing that can be stamped: where its token stands, and the bytes that the token must be about. */
interface Stamped {
  readonly file: string;
  readonly what: string;
  readonly token: Uint8Array;
  readonly data: Uint8Array;
}

interface Place {
  readonly file: string;
  readonly what: string;
  readonly find: (pack: Pack) => Promise<Pick<Stamped, 'token' | 'data'> | undefined>;
}

const PLACES: readonly Place[] = [
  { file: TIMESTAMP_PATHS.checkpoint, what: 'the text of the checkpoint', find: ofCheckpoint },
  { file: PATHS.pdf, what: 'the signature of the PDF', find: ofPdf },
  { file: PATHS.sigstore, what: 'the signature of the statement', find: ofStatement },
];

/**
 * Every token is about what it stands at, holds, and leads to an authority that is trusted: one of those
 * from elsewhere, or, where none was given, one that the pack itself names. A pack without any passes,
 * unless they are required.
 */
export async function timestamps(pack: Pack): Promise<StepOutcome> {
  const { requireTimestamps = false, timestampRoots } = pack.options;
  const findings: Finding[] = [];
  const notes: string[] = [];
  const found: Stamped[] = [];
  for (const { file, what, find } of PLACES) {
    try {
      const stamped = await find(pack);
      if (stamped !== undefined) found.push({ file, what, ...stamped });
      else if (requireTimestamps) findings.push({ file, message: `${what} has no timestamp` });
      else notes.push(`${what} has no timestamp`);
    } catch (thrown) {
      findings.push(findingOf(thrown, file));
    }
  }
  if (found.length === 0) return { findings, notes: notes.length === PLACES.length ? ['no timestamps'] : notes };
  const roots = await trusted(pack);
  for (const { file, what, token, data } of found) {
    try {
      const imprint = await sha256(data);
      notes.push(`${what} existed at ${describeTimestamp(await verifyToken(token, { imprint, roots }))}`);
    } catch (thrown) {
      findings.push({ file, message: `${what}: ${messageOf(thrown).slice(0, 1000)}` });
    }
  }
  const warnings =
    timestampRoots === undefined
      ? ['The certificates of the time-stamping authority were taken from inside the pack: compare them with others.']
      : [];
  return { findings, notes, warnings };
}

async function trusted(pack: Pack) {
  const { timestampRoots } = pack.options;
  if (timestampRoots !== undefined) return within('--tsa-root', () => rootsOf(timestampRoots, 'file'));
  const pem = await pack.text(TIMESTAMP_PATHS.roots, MAX_ROOTS_BYTES);
  return within(TIMESTAMP_PATHS.roots, () => rootsOf(pem, 'file'));
}

async function ofCheckpoint(pack: Pack) {
  if (!pack.files.sizes.has(TIMESTAMP_PATHS.checkpoint)) return undefined;
  const token = tokenIn(await pack.bytes(TIMESTAMP_PATHS.checkpoint, MAX_RESPONSE));
  const { note } = await pack.checkpoint();
  return { token, data: Buffer.from(parseNote(Buffer.from(note)).text) };
}

async function ofPdf(pack: Pack) {
  if (!pack.files.sizes.has(PATHS.pdf)) return undefined;
  const pdf = await pack.bytes(PATHS.pdf, MAX_PDF);
  const { contents } = pdfSignatureOf(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length), PATHS.pdf);
  const { signature, timestamp } = within(PATHS.pdf, () => signerOf(cmsIn(contents, PATHS.pdf), PATHS.pdf));
  return timestamp.timestamp === undefined ? undefined : { token: timestamp.timestamp, data: signature };
}

async function ofStatement(pack: Pack) {
  if (!pack.files.sizes.has(PATHS.sigstore)) return undefined;
  const token = bundleTimestamp(await pack.bytes(PATHS.sigstore, MAX_BUNDLE));
  if (token === undefined) return undefined;
  return { token, data: envelopeSignature(await pack.bytes(PATHS.attestation, MAX_ATTESTATION)) };
}

const sha256 = async (data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(data)));
