import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { httpTimestamps } from '../../src/adapters/http/timestamps.ts';
import { envelopeSignature, signStatement, statementOf } from '../../src/pack/sign/dsse.ts';
import { sigstoreBundle } from '../../src/pack/sign/sigstore.ts';
import { rsaSigner } from '../pack/keys.ts';
import { scratch } from './support/run.ts';
import { opensslTsa, type Tsa } from './support/tsa.ts';

let folder: string;
let tsa: Tsa;
beforeAll(async () => {
  folder = await scratch('timestamp-bundle');
  tsa = await opensslTsa(folder);
});
afterAll(async () => {
  await tsa.close();
  await rm(folder, { recursive: true, force: true });
});

const der = (name: string): Buffer => new X509Certificate(readFileSync(join(folder, name))).raw;

it("Sigstore's library verifies the timestamp of a bundle, and refuses one of an authority that it does not know", async () => {
  const signer = rsaSigner();
  const predicate = { report: 'r', framework: { id: 'f', version: '1', sha256: '' }, period: { from: '', to: '' } };
  const ledger = { origin: 'o', size: 1, root: '' };
  const envelope = await signStatement(statementOf(new Map(), { ...predicate, ledger, tagFiles: {} }), signer);
  const imprint = createHash('sha256').update(envelopeSignature(envelope)).digest();
  const reply = await httpTimestamps({ url: tsa.url, roots: readFileSync(tsa.root, 'utf8') }).stamp(imprint);
  if ('failure' in reply) throw new Error(reply.failure.message);
  const spki = await signer.publicKey();
  const text = Buffer.from(sigstoreBundle(envelope, spki, reply.token)).toString('utf8');
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const judge = (timestampAuthorities: unknown[], timestampThreshold: number): void => {
    const root = { mediaType: '', tlogs: [], ctlogs: [], certificateAuthorities: [], timestampAuthorities };
    const trust = toTrustMaterial(root as unknown as Parameters<typeof toTrustMaterial>[0], () => ({
      publicKey,
      validFor: () => true,
    }));
    const bundle = bundleFromJSON(JSON.parse(text)) as Bundle;
    new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold }).verify(toSignedEntity(bundle));
  };
  const certificates = ['tsa.pem', 'root.pem'].map((it) => ({ rawBytes: der(it) }));
  const known = { uri: '', certChain: { certificates }, validFor: { start: new Date('2020-01-01') } };
  expect(() => judge([known], 1)).not.toThrow();
  expect(() => judge([], 0)).toThrow('timestamp could not be verified');
});
