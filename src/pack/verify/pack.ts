import type { Certificate } from 'pkijs';
import type { Checkpoint } from '../../ledger/checkpoint.ts';
import type { Reached } from '../../ledger/handover.ts';
import type { VerifierKey } from '../../ledger/note.ts';
import { utf8 } from '../../ledger/text.ts';
import { Report } from '../../model/report.ts';
import { PATHS } from '../paths.ts';
import { certificateOf, derOfPem } from '../sign/der.ts';
import type { Aside } from './aside.ts';
import { type BodyScan, scanBodies } from './bodies.ts';
import { type Digests, digestAll } from './digests.ts';
import { PackFault, within } from './fault.ts';
import { type ProofScan, scanProofs } from './proofs.ts';
import { allBytes, type Read, readCheckpoint, readKeys } from './read.ts';
import type { PackFiles } from './source.ts';
import { countersigned, trustedKeys } from './trust.ts';
import type { VerifyOptions } from './types.ts';

/** One certificate of the pack in the forms that steps need. */
export interface PackCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly parsed: Certificate;
}

/** A pack under verification: what several steps need is read and parsed once, when first asked for. */
export interface Pack {
  readonly files: PackFiles;
  readonly options: VerifyOptions;
  /** Does some of it beside, where there is somebody. */
  readonly aside: Aside | undefined;
  /** SHA-256 of every file, or the finding that it cannot be read. */
  digests(): Promise<Digests>;
  readonly bytes: Read;
  text(path: string, limit: number): Promise<string>;
  report(): Promise<Report>;
  root(): Promise<PackCertificate>;
  signing(): Promise<PackCertificate>;
  keys(): Promise<readonly VerifierKey[]>;
  checkpoint(): Promise<Checkpoint>;
  /** What the reader trusts, and what that leads to; undefined where nothing from elsewhere was given. */
  trusted(): Promise<Reached | undefined>;
  /** A checkpoint that extends the pack's and that more have signed, if there is one. */
  countersigned(): Promise<Checkpoint | undefined>;
  proofs(): Promise<ProofScan>;
  bodies(): Promise<BodyScan>;
}

const KIB = 1024;
const MIB = 1024 * KIB;
export const MAX_REPORT = 256 * MIB;
const MAX_PEM = 64 * KIB;

export function packOf(files: PackFiles, options: VerifyOptions, aside?: Aside): Pack {
  const bytes: Read = (path, limit) => allBytes(files, path, limit);
  const text = async (path: string, limit: number) => textOf(path, await bytes(path, limit));
  const pack: Pack = {
    files,
    options,
    aside,
    bytes,
    text,
    digests: once(() => aside?.digests() ?? digestAll(files)),
    report: once(async () => parseReport(await text(PATHS.json, MAX_REPORT))),
    root: once(async () => parseCertificate(PATHS.root, await text(PATHS.root, MAX_PEM))),
    signing: once(async () => parseCertificate(PATHS.signing, await text(PATHS.signing, MAX_PEM))),
    keys: once(() => readKeys(bytes)),
    checkpoint: once(async () => readCheckpoint(bytes, await pack.keys())),
    trusted: once(() => trustedKeys(pack)),
    countersigned: once(() => countersigned(pack)),
    proofs: once(() => scanProofs(pack)),
    bodies: once(() => scanBodies(pack)),
  };
  return pack;
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

function textOf(path: string, bytes: Uint8Array): string {
  const text = utf8(bytes);
  if (text === undefined) throw new PackFault({ file: path, message: 'is not UTF-8' });
  return text;
}

function parseReport(text: string): Report {
  return within(PATHS.json, () => {
    const parsed = Report.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new PackFault({ file: PATHS.json, message: `${issue?.path.join('.')}: ${issue?.message}` });
  });
}

function parseCertificate(path: string, pem: string): PackCertificate {
  return within(path, () => ({ der: derOfPem(pem, 'certificate'), pem, parsed: certificateOf(pem, 'certificate') }));
}
