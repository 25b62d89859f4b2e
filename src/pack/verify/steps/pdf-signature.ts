import { createHash } from 'node:crypto';
import { PATHS } from '../../paths.ts';
import { assembleCms, attributesFor } from '../../sign/cms.ts';
import { hasSigned } from '../certificate.ts';
import { findingOf, PackFault } from '../fault.ts';
import type { Pack, PackCertificate } from '../pack.ts';
import { type PdfSignature, pdfSignatureOf } from '../pdf.ts';
import { cmsIn, MAX_PDF, signerOf } from '../pdf-cms.ts';
import type { StepOutcome } from '../types.ts';

const file = PATHS.pdf;
const fault = (message: string): PackFault => new PackFault({ file, message });

/** The PDF holds exactly one signature, by the document key, over every byte but its own. */
export async function pdfSignature(pack: Pack): Promise<StepOutcome> {
  const pdf = await pack.bytes(file, MAX_PDF);
  const [signing, root] = [await pack.signing(), await pack.root()];
  try {
    await checkCms(pdfSignatureOf(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length), file), signing, root);
    return { findings: [] };
  } catch (thrown) {
    return { findings: [findingOf(thrown, file)] };
  }
}

/**
 * A signature of ours is a function of the digest, the certificates, the signature value and its timestamp
 * alone. So only these two are taken out of the CMS; everything else is written again and must be the same,
 * which leaves no attribute, algorithm or padding for anyone to play with. What the timestamp is worth is
 * for the step `timestamps` to say.
 */
async function checkCms(
  { before, after, contents }: PdfSignature,
  signing: PackCertificate,
  root: PackCertificate,
): Promise<void> {
  const cms = cmsIn(contents, file);
  if (contents.subarray(cms.length).some((byte) => byte !== 0))
    throw fault('there is something behind the signature in its place');
  const digest = createHash('sha256').update(before).update(after).digest();
  const { signature, timestamp } = signerOf(cms, file);
  if (!messageDigestIn(cms).equals(digest)) throw fault('was changed after it was signed (another digest)');
  if (!(await hasSigned(signing, attributesFor(digest, signing.der), signature))) {
    throw fault(`the signature is not one of the key of ${PATHS.signing}`);
  }
  const expected = assembleCms({ digest, signature, certificates: [signing.der, root.der], ...timestamp });
  if (!cms.equals(expected)) throw fault('the signature is not written as a pack writes it');
}

const MESSAGE_DIGEST = Buffer.from('06092a864886f70d01090431220420', 'hex');

/** The first in the CMS, which is ours: unsigned attributes, with a timestamp's own digest, come behind the signed ones. */
function messageDigestIn(cms: Buffer): Buffer {
  const at = cms.indexOf(MESSAGE_DIGEST);
  const start = at + MESSAGE_DIGEST.length;
  if (at === -1) throw fault('its signature has no message digest');
  return cms.subarray(start, start + 32);
}
