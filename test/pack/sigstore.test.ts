import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type TrustMaterial, toSignedEntity, Verifier } from '@sigstore/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { PATHS } from '../../src/pack/paths.ts';
import { documentKeys, rsaSigner } from './keys.ts';
import {
  type Built,
  builtPack,
  type Files,
  failedSteps,
  remanifested,
  resealed,
  textOf,
  verified,
  withFiles,
} from './pack.ts';

let built: Built;
let good: ReturnType<typeof JSON.parse>;
beforeAll(async () => {
  built = await builtPack();
  good = JSON.parse(textOf(built.files, PATHS.sigstore));
});

const keyOf = (files: Files): KeyObject => new X509Certificate(textOf(files, PATHS.signing)).publicKey;

/** A reader's trust: one key, and no log, no timestamp and no authority of Sigstore's. */
function trusting(publicKey: KeyObject): Verifier {
  const key = { publicKey, validFor: () => true };
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const material: TrustMaterial = { ...none, publicKey: () => key };
  return new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
}

const judge = (bundle: unknown, key: KeyObject = keyOf(built.files)) => trusting(key).verify(entity(bundle));
const entity = (bundle: unknown) => toSignedEntity(bundleFromJSON(bundle) as Bundle);

describe('attestation.sigstore.json', () => {
  it('is accepted by @sigstore/verify with the key of signing.pem', () => {
    expect(judge(good).key).toBeDefined();
  });

  it('is refused by @sigstore/verify with another key, another payload or another signature', async () => {
    const other = createPublicKey({ key: Buffer.from(await rsaSigner().publicKey()), format: 'der', type: 'spki' });
    expect(() => judge(good, other)).toThrow('signature verification failed');
    const { dsseEnvelope } = good;
    const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('report.pdf', 'report.pdg');
    const changed = { ...dsseEnvelope, payload: Buffer.from(payload).toString('base64') };
    expect(() => judge({ ...good, dsseEnvelope: changed })).toThrow('signature verification failed');
    const typed = { ...dsseEnvelope, payloadType: 'text/plain' };
    expect(() => judge({ ...good, dsseEnvelope: typed })).toThrow('signature verification failed');
    const twice = { ...dsseEnvelope, signatures: [...dsseEnvelope.signatures, ...dsseEnvelope.signatures] };
    expect(() => judge({ ...good, dsseEnvelope: twice })).toThrow('invalid bundle');
  });

  it('holds the envelope of attestation.json, and names the key by its hash', () => {
    expect(good.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(good.dsseEnvelope).toEqual(JSON.parse(textOf(built.files, PATHS.attestation)));
    const spki = keyOf(built.files).export({ type: 'spki', format: 'der' });
    const hint = createHash('sha256').update(spki).digest('base64');
    expect(good.verificationMaterial).toEqual({ publicKey: { hint }, tlogEntries: [] });
  });

  it('is not one of the files that the statement in it is about', () => {
    const { subject } = JSON.parse(Buffer.from(good.dsseEnvelope.payload, 'base64').toString());
    const names = subject.map((it: { name: string }) => it.name);
    expect(names).toContain(PATHS.pdf);
    expect(names).not.toContain(PATHS.sigstore);
    expect(textOf(built.files, PATHS.manifest)).toContain(`  ${PATHS.sigstore}\n`);
  });
});

describe('step sigstore', () => {
  const refused = async (bundle: string | undefined, steps = ['sigstore']): Promise<void> => {
    const files = remanifested(withFiles(built.files, { [PATHS.sigstore]: bundle }));
    const result = await verified(files);
    expect(failedSteps(result)).toEqual(steps);
    const findings = result.steps.flatMap((it) => it.findings);
    expect(new Set(findings.map((it) => it.file))).toEqual(new Set([PATHS.sigstore]));
  };

  it('accepts what a pack writes, signed again or not', async () => {
    expect(failedSteps(await verified(built.files))).toEqual([]);
    expect(failedSteps(await verified(await resealed(built.files, built.keys.document)))).toEqual([]);
  });

  it('names a bundle that is missing, empty or no JSON', async () => {
    await refused(undefined, ['bag-layout', 'sigstore']);
    await refused('');
    await refused('{');
  });

  it('names a bundle with another hint, or the same content in other bytes', async () => {
    const material = { ...good.verificationMaterial, publicKey: { hint: 'other' } };
    await refused(`${JSON.stringify({ ...good, verificationMaterial: material })}\n`);
    await refused(`${JSON.stringify(good, null, 2)}\n`);
    await refused(`${JSON.stringify({ ...good, more: 1 })}\n`);
  });

  it('names a bundle of another statement that the same key signed', async () => {
    const other = await resealed(withFiles(built.files, { 'data/extra.txt': 'x' }), built.keys.document);
    await refused(textOf(other, PATHS.sigstore));
  });

  it('names a bundle that another key signed', async () => {
    const other = await resealed(built.files, (await documentKeys()).document);
    await refused(textOf(other, PATHS.sigstore));
  });
});
