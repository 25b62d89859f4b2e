import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type TrustMaterial, toSignedEntity, Verifier } from '@sigstore/verify';
import { BUNDLE, SIGNING } from './files.ts';
import { type Judge, npmVersion, oneByOne, only, type Pack, type Verdict } from './judge.ts';

const NO_LOG = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };

/** Sigstore's library for Node, with the key that the root certified and no public log. */
export const sigstore: Judge = {
  name: '@sigstore/verify',
  short: '@sigstore',
  version: () => npmVersion('@sigstore/verify'),
  reads: only(BUNDLE, SIGNING),
  cannotNotice: {},
  judge: oneByOne(judge),
};

async function judge(pack: Pack): Promise<Verdict> {
  try {
    const bundle = bundleFromJSON(JSON.parse(await readFile(join(pack.folder, BUNDLE), 'utf8')));
    new Verifier(trusting(await signingKey(pack)), NO_LOG).verify(toSignedEntity(bundle as Bundle));
    return { accepts: true, said: 'verified' };
  } catch (thrown) {
    return { accepts: false, said: String(thrown) };
  }
}

/** The key of the pack's certificate, if the root that the reader has issued it. */
export async function signingKey({ folder, root }: Pack): Promise<KeyObject> {
  const issuer = new X509Certificate(await readFile(root));
  const certificate = new X509Certificate(await readFile(join(folder, SIGNING)));
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
    throw new Error(`${SIGNING} was not issued by the root`);
  return certificate.publicKey;
}

function trusting(publicKey: KeyObject): TrustMaterial {
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  return { ...none, publicKey: () => ({ publicKey, validFor: () => true }) };
}
