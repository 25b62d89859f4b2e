import { createHash } from 'node:crypto';
import { manifestText, payloadOxum } from '../../src/pack/bag.ts';
import { buildPack } from '../../src/pack/build.ts';
import { PATHS } from '../../src/pack/paths.ts';
import { type Statement, signStatement } from '../../src/pack/sign/dsse.ts';
import { sigstoreBundle } from '../../src/pack/sign/sigstore.ts';
import { memorySink } from '../../src/pack/sink.ts';
import { memoryFiles } from '../../src/pack/verify/source.ts';
import type { VerifyOptions, VerifyResult } from '../../src/pack/verify/types.ts';
import { verifyPack } from '../../src/pack/verify/verify.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { type Fixture, fixture } from './fixture.ts';
import { type DocumentKeys, documentKeys, ed25519Signer } from './keys.ts';

export type Files = Map<string, Uint8Array>;

/** A built pack with the keys it was made with. */
export interface Built extends Fixture {
  readonly keys: DocumentKeys;
  readonly ledgerKey: Signer;
  readonly files: Files;
}

export async function builtPack(): Promise<Built> {
  const [keys, ledgerKey] = [await documentKeys(), ed25519Signer()];
  const made = await fixture(keys, ledgerKey);
  return { ...made, keys, ledgerKey, files: await filesOf(made) };
}

export async function filesOf({ request }: Pick<Fixture, 'request'>): Promise<Files> {
  const sink = memorySink();
  await buildPack(request, sink);
  return sink.files;
}

export const verified = (files: Files, options?: VerifyOptions): Promise<VerifyResult> =>
  verifyPack(memoryFiles(files), options);

/** Codes of the steps that failed. */
export const failedSteps = (result: VerifyResult): string[] => result.steps.filter((it) => !it.ok).map((it) => it.code);

/** Every file that some finding names. */
export const namedFiles = (result: VerifyResult): Set<string> =>
  new Set(result.steps.flatMap((it) => it.findings.map((finding) => finding.file)));

export const textOf = (files: Files, path: string): string => Buffer.from(files.get(path) ?? '').toString('utf8');

/** The files with some replaced (or, with undefined, taken away), and nothing else changed. */
export function withFiles(files: Files, changes: Readonly<Record<string, string | Uint8Array | undefined>>): Files {
  const changed = new Map(files);
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) changed.delete(path);
    else changed.set(path, typeof content === 'string' ? Buffer.from(content) : content);
  }
  return changed;
}

/**
 * What somebody with the document key would do after changing files: sign the statement again and
 * write the manifests again, so that only the steps that look at the content can tell.
 */
export async function resealed(changed: Files, signer: Signer): Promise<Files> {
  const files = new Map(changed);
  const envelope = JSON.parse(textOf(files, PATHS.attestation));
  const statement: Statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  const isSigned = (it: string): boolean => it.startsWith('data/') && it !== PATHS.attestation && it !== PATHS.sigstore;
  const subject = [...digests(files, isSigned)].map(([name, { sha256 }]) => ({ name, digest: { sha256 } }));
  const report = JSON.parse(textOf(files, PATHS.json));
  const { origin, size, root } = report.ledger;
  const predicate = { ...statement.predicate, report: report.id, ledger: { origin, size, root } };
  const signed = await signStatement({ ...statement, subject, predicate }, signer);
  files.set(PATHS.attestation, signed);
  files.set(PATHS.sigstore, sigstoreBundle(signed, await signer.publicKey()));
  return remanifested(files);
}

/** What anybody can do after changing files: write the manifests and the sizes again. */
export function remanifested(changed: Files): Files {
  const files = new Map(changed);
  const payload = [...files].filter(([path]) => path.startsWith('data/'));
  const { octets, files: count } = payloadOxum(payload.map(([, bytes]) => ({ size: bytes.length })));
  const info = textOf(files, PATHS.bagInfo)
    .replace(/Bag-Size: .*/, `Bag-Size: ${(octets / 1000).toFixed(1)} KB`)
    .replace(/Payload-Oxum: .*/, `Payload-Oxum: ${octets}.${count}`);
  files.set(PATHS.bagInfo, Buffer.from(info));
  files.set(PATHS.manifest, Buffer.from(manifestText(digests(files, (it) => it.startsWith('data/')))));
  const isTag = (it: string): boolean => !it.startsWith('data/') && it !== PATHS.tagManifest;
  files.set(PATHS.tagManifest, Buffer.from(manifestText(digests(files, isTag))));
  return files;
}

function digests(files: Files, wanted: (path: string) => boolean): Map<string, { sha256: string }> {
  const paths = [...files.keys()].filter(wanted).sort();
  return new Map(paths.map((path) => [path, { sha256: sha256(files.get(path) ?? new Uint8Array()) }]));
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
