import { bagit } from './bagit.ts';
import { cosign } from './cosign.ts';
import type { Judge } from './judge.ts';
import { nistSchema } from './nist-schema.ts';
import { ocsf } from './ocsf.ts';
import { opensslCms } from './openssl-cms.ts';
import { pdfsig } from './pdfsig.ts';
import { pyhankoAdes, pyhankoValidate } from './pyhanko.ts';
import { qpdf } from './qpdf.ts';
import { sha256sum } from './sha256sum.ts';
import { sigstore } from './sigstore.ts';
import { tlog } from './tlog.ts';
import { tlogProof } from './tlog-proof.ts';
import { trestle } from './trestle.ts';
import { verapdf3a, verapdfUa1 } from './verapdf.ts';
import { ours } from './witnessmark.ts';

/** Every judge; the last one is ours, and must refuse whatever anybody changes. */
export const JUDGES: readonly Judge[] = [
  pdfsig,
  pyhankoValidate,
  pyhankoAdes,
  opensslCms,
  qpdf,
  verapdfUa1,
  verapdf3a,
  sha256sum,
  bagit,
  sigstore,
  cosign,
  tlog,
  tlogProof,
  trestle,
  nistSchema,
  ocsf,
  ours,
];
