import { createHash } from 'node:crypto';
import { forEachBounded } from '../collect/bounded.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import { formatConsistency } from '../ledger/consistency.ts';
import { parseNote } from '../ledger/note.ts';
import { encodeBase64 } from '../ledger/text.ts';
import type { Kind } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Report } from '../model/report.ts';
import type { Signer } from '../ports/signer.ts';
import { BAGIT_TXT, bagInfoText, checkPackPath, manifestText, sortedPaths } from './bag.ts';
import {
  COUNTERSIGNED,
  consistencyPath,
  earlierCheckpointPath,
  handoverBodyPath,
  handoverPath,
  PATHS,
  retrievalPath,
  TIMESTAMP_PATHS,
} from './paths.ts';
import { predicateOf } from './predicate.ts';
import { type ProofTars, proofTars } from './proof-tars.ts';
import { readmeText } from './readme.ts';
import type { Stamp } from './sign/cms.ts';
import { envelopeSignature, signStatement, statementOf } from './sign/dsse.ts';
import { signPdf } from './sign/pdf.ts';
import { sigstoreBundle } from './sign/sigstore.ts';
import {
  type Content,
  differs,
  type FileDigest,
  NOTHING,
  type PackFile,
  type PackSink,
  type Recorder,
  recordingSink,
} from './sink.ts';

/** One ledger entry that the report rests on. */
export interface PackItem {
  readonly index: number;
  /** Kind of the body. */
  readonly kind: Kind;
  /** Canonical body, exactly as hashed, without a line end. */
  readonly body: Uint8Array;
  /** Makes the `.tlog-proof`, with the entry's bytes as `extra`; not asked where it is stored already. */
  readonly proof: () => Promise<Uint8Array>;
}

export interface PackRequest {
  readonly report: Report;
  /** Bytes of report.json, the same that the PDF has attached. */
  readonly json: Uint8Array;
  /** The PDF with its empty signature field. */
  readonly pdf: Content;
  /** Renderings of the report, as `data/<name>`. */
  readonly formats: readonly PackFile[];
  /** Files beside `data/`: `verify.html`. */
  readonly tagFiles?: readonly PackFile[];
  /** In ascending order of their index, and no body twice. */
  readonly items: AsyncIterable<PackItem>;
  /** Bytes as stored of the object `retrievals/<object>.jsonl.gz`. */
  readonly retrieval: (object: string) => Promise<Uint8Array>;
  /** The signed note that all proofs are against. */
  readonly checkpoint: string;
  /** Checkpoints of earlier reports, oldest first, each with the proof from there to here. */
  readonly consistency?: readonly { readonly previous: string; readonly hashes: readonly Uint8Array[] }[];
  /** A checkpoint of the same or a later tree that more have signed, with the proof from the pack's to it. */
  readonly countersigned?: { readonly note: string; readonly hashes: readonly Uint8Array[] } | undefined;
  /** Entries by which an earlier key named others: `.tlog-proof` against its checkpoint, and body. */
  readonly handovers?: readonly { readonly index: number; readonly proof: Uint8Array; readonly body: Uint8Array }[];
  readonly trust: { readonly verifierKeys: readonly string[]; readonly rootPem: string; readonly signingPem: string };
  readonly signer: Signer;
  /** Where the deployment has a time-stamping authority. */
  readonly timestamps?: {
    /** PEM certificates of the authorities that the tokens lead to. */
    readonly rootsPem: string;
    /** The `.tsr` over the text of the checkpoint, where there is one. */
    readonly checkpoint?: Uint8Array;
    readonly stamp: Stamp;
  };
}

/**
 * Writes the files of a pack to a sink and says what they are. All parts but the two signatures are
 * functions of the request, and those are too with an RSA key: a second build gives the same bytes, and so
 * do the timestamps, as far as `stamp` gives the same ones.
 * Memory holds one digest per file; the PDF, evidence, proofs and streamed formats pass through.
 * A sink with a memory is given what it lacks alone: renderings, proofs and calls that it holds are not made again,
 * and bodies are read once more for the calls that they name.
 * @throws WitnessmarkError `pack-…` for what does not fit together
 */
export async function buildPack(request: PackRequest, sink: PackSink): Promise<ReadonlyMap<string, FileDigest>> {
  checkRequest(request);
  const payload = recordingSink(sink);
  // Renderings may be made elsewhere meanwhile.
  await allOf([putRenderings(request, payload), putEvidence(request, payload)]);
  await putProofsAndTrust(request, payload);

  const tags = recordingSink(sink);
  await tags.put(PATHS.bagit, text(BAGIT_TXT));
  await tags.put(PATHS.readme, text(readmeText(request.report, request.timestamps !== undefined)));
  for (const { path, content } of request.tagFiles ?? []) await putNew(tags, path, content);
  const envelope = await attestation(request, payload.digests, tags.digests);
  await payload.put(PATHS.attestation, envelope);
  await payload.put(PATHS.sigstore, await bundle(request, envelope));

  await tags.put(PATHS.bagInfo, text(bagInfoText(request.report, payload.digests.values())));
  await tags.put(PATHS.manifest, text(manifestText(payload.digests)));
  const files = new Map([...payload.digests, ...tags.digests]);
  const last = recordingSink(sink);
  await last.put(PATHS.tagManifest, text(manifestText(tags.digests)));
  const all = new Map([...files, ...last.digests]);
  if (sink.memory !== undefined && sink.memory.size !== all.size) throw differs('a file that the pack has no more');
  return all;
}

/** Waits for all, so that nothing is under way any more when the first error is thrown. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((it) => it.status === 'rejected');
  if (failed) throw failed.reason;
}

const text = (content: string): Uint8Array => Buffer.from(content, 'utf8');

/** What a verifier would refuse is refused here already, as far as it can be seen before writing. */
function checkRequest({ report, checkpoint, trust }: PackRequest): void {
  checkPackPath(report.id);
  const head = parseCheckpoint(parseNote(text(checkpoint)).text);
  const told = [report.ledger.origin, report.ledger.size, report.ledger.root, report.ledger.checkpoint];
  const found = [head.origin, head.size, encodeBase64(head.root), checkpoint];
  if (told.some((value, at) => value !== found[at])) {
    throw new WitnessmarkError('pack-checkpoint-differs', `report.ledger is not the checkpoint of the pack`);
  }
  if (!trust.verifierKeys.includes(report.ledger.verifierKey)) {
    throw new WitnessmarkError('pack-key-differs', 'the verifier key of the report is not among those of the pack');
  }
}

async function putNew(recorder: Recorder, path: string, content: Content): Promise<void> {
  checkPackPath(path);
  if (recorder.digests.has(path)) throw new WitnessmarkError('pack-path-twice', `two files of the pack are ${path}`);
  await recorder.put(path, content);
}

async function putRenderings(request: PackRequest, payload: Recorder): Promise<void> {
  const { signer, trust, timestamps } = request;
  await payload.put(PATHS.json, request.json);
  for (const { path, content } of request.formats) await putNew(payload, `data/${path}`, content);
  const certificates = [trust.signingPem, trust.rootPem];
  const stamped = timestamps === undefined ? {} : { stamp: timestamps.stamp };
  await payload.put(PATHS.pdf, signPdf(request.pdf, { signer, certificates, ...stamped }));
}

async function putEvidence(request: PackRequest, payload: Recorder): Promise<void> {
  const objects = sortedPaths(await putItems(request, payload));
  await forEachBounded(objects, RETRIEVALS_AT_ONCE, async (object) => {
    const path = retrievalPath(object);
    await payload.put(path, payload.holds(path) ? NOTHING : await request.retrieval(object));
  });
}

/** Of a few MiB each. On a network most of their time is spent waiting. */
const RETRIEVALS_AT_ONCE = 8;

/** Writes bodies and proofs in one pass, and gives the names of the retrieval objects they rest on. */
async function putItems(request: PackRequest, payload: Recorder): Promise<Set<string>> {
  const objects = new Set<string>();
  const proofs = proofTars(payload);
  const lines = bodyLines(request.items, proofs, objects);
  // Proofs may be missing where bodies are stored, and the calls have to be known in any case.
  if (payload.holds(PATHS.bodies)) for await (const _ of lines);
  await payload.put(PATHS.bodies, lines);
  await proofs.end();
  return objects;
}

async function* bodyLines(
  items: AsyncIterable<PackItem>,
  proofs: ProofTars,
  objects: Set<string>,
): AsyncGenerator<Uint8Array> {
  let last = -1;
  let named = '';
  let lines: Uint8Array[] = [];
  let size = 0;
  for await (const { index, kind, body, proof } of items) {
    if (index <= last) throw new WitnessmarkError('pack-item-order', `ledger entry ${index} comes after ${last}`);
    last = index;
    await proofs.add(index, proof);
    const references = kind === 'evidence' ? referencesOf(body) : '';
    // Neighbours mostly rest on the same calls.
    if (references !== named) for (const object of objectsOf(references)) objects.add(object);
    named = references;
    lines.push(body, LINE_FEED);
    size += body.length + 1;
    if (size < CHUNK) continue;
    yield Buffer.concat(lines);
    [lines, size] = [[], 0];
  }
  yield Buffer.concat(lines);
}

const LINE_FEED = text('\n');

/** Bytes of bodies that are handed on together. */
const CHUNK = 256 * 1024;

const RETRIEVALS = '"retrievals":[';

/**
 * The calls that evidence names, as they stand there. In canonical JSON nothing but plain strings comes
 * after this key, so its last place is the place; to parse each body whole takes longer than all the rest.
 */
function referencesOf(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const start = bytes.lastIndexOf(RETRIEVALS) + RETRIEVALS.length - 1;
  return bytes.toString('utf8', start, bytes.indexOf(']', start) + 1);
}

const objectsOf = (references: string): string[] =>
  references === '' ? [] : (JSON.parse(references) as { readonly object: string }[]).map((it) => it.object);

async function putProofsAndTrust(request: PackRequest, payload: Recorder): Promise<void> {
  const { checkpoint, consistency = [], trust, timestamps } = request;
  await payload.put(PATHS.checkpoint, text(checkpoint));
  for (const { previous, hashes } of consistency) {
    const olderSize = parseCheckpoint(parseNote(text(previous)).text).size;
    await putNew(payload, earlierCheckpointPath(olderSize), text(previous));
    await payload.put(consistencyPath(olderSize), text(formatConsistency({ olderSize, hashes, checkpoint })));
  }
  await putHandovers(request, payload);
  await payload.put(PATHS.verifierKeys, text(trust.verifierKeys.map((key) => `${key}\n`).join('')));
  await payload.put(PATHS.root, text(trust.rootPem));
  await payload.put(PATHS.signing, text(trust.signingPem));
  if (timestamps === undefined) return;
  await payload.put(TIMESTAMP_PATHS.roots, text(timestamps.rootsPem));
  if (timestamps.checkpoint !== undefined) await payload.put(TIMESTAMP_PATHS.checkpoint, timestamps.checkpoint);
}

/** The envelope as a Sigstore bundle, with a timestamp over its signature where one can be had. */
async function bundle({ signer, timestamps }: PackRequest, envelope: Uint8Array): Promise<Uint8Array> {
  const imprint = createHash('sha256').update(envelopeSignature(envelope)).digest();
  return sigstoreBundle(envelope, await signer.publicKey(), await timestamps?.stamp(imprint));
}

async function putHandovers(request: PackRequest, payload: Recorder): Promise<void> {
  const { checkpoint, countersigned, handovers = [] } = request;
  if (countersigned !== undefined) {
    const olderSize = parseCheckpoint(parseNote(text(checkpoint)).text).size;
    const { note, hashes } = countersigned;
    await payload.put(COUNTERSIGNED, text(formatConsistency({ olderSize, hashes, checkpoint: note })));
  }
  for (const { index, proof, body } of handovers) {
    await payload.put(handoverPath(index), proof);
    await payload.put(handoverBodyPath(index), body);
  }
}

/** The signed statement over everything else of `data/`, and over the tag files there are so far. */
async function attestation(
  { report, signer }: PackRequest,
  payload: ReadonlyMap<string, FileDigest>,
  tags: ReadonlyMap<string, FileDigest>,
): Promise<Uint8Array> {
  return await signStatement(statementOf(hashes(payload), predicateOf(report, hashes(tags))), signer);
}

function hashes(digests: ReadonlyMap<string, FileDigest>): Map<string, string> {
  return new Map(sortedPaths(digests.keys()).map((path) => [path, digests.get(path)?.sha256 ?? '']));
}
