import { createHash } from 'node:crypto';
import { ContentInfo, SignedData } from 'pkijs';
import { PATHS } from '../../paths.ts';
import { assembleCms, attributesFor } from '../../sign/cms.ts';
import { decode } from '../../sign/der.ts';
import { hasSigned } from '../certificate.ts';
import { findingOf, PackFault } from '../fault.ts';
import type { Pack, PackCertificate } from '../pack.ts';
import { type PdfSignature, pdfSignatureOf } from '../pdf.ts';
import type { StepOutcome } from '../types.ts';

const MAX_PDF = 2 * 1024 * 1024 * 1024 - 1;
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
 * A signature of ours is a function of the digest, the certificates and the signature value alone. So
 * only the value is taken out of the CMS; everything else is written again and must be the same,
 * which leaves no attribute, algorithm or padding for anyone to play with.
 */
async function checkCms(
  { before, after, contents }: PdfSignature,
  signing: PackCertificate,
  root: PackCertificate,
): Promise<void> {
  const cms = contents.subarray(0, derLength(contents));
  if (contents.subarray(cms.length).some((byte) => byte !== 0))
    throw fault('there is something behind the signature in its place');
  const digest = createHash('sha256').update(before).update(after).digest();
  const { signature, messageDigest } = signatureOf(cms);
  if (!messageDigest.equals(digest)) throw fault('was changed after it was signed (another digest)');
  if (!(await hasSigned(signing, attributesFor(digest, signing.der), signature))) {
    throw fault(`the signature is not one of the key of ${PATHS.signing}`);
  }
  const expected = assembleCms({ digest, signature, certificates: [signing.der, root.der] });
  if (!cms.equals(expected)) throw fault('the signature is not written as a pack writes it');
}

/** Length of the DER value at the start, header included. */
function derLength(bytes: Buffer): number {
  const first = bytes[1] ?? 0;
  if (bytes[0] !== 0x30 || first !== 0x82) throw fault('its signature is not a CMS');
  return 4 + bytes.readUInt16BE(2);
}

const MESSAGE_DIGEST = Buffer.from('06092a864886f70d01090431220420', 'hex');

function signatureOf(cms: Buffer): { signature: Uint8Array; messageDigest: Buffer } {
  const content = new ContentInfo({ schema: decode(cms, 'signature') }).content;
  const [signer, ...others] = new SignedData({ schema: content }).signerInfos;
  if (signer === undefined || others.length > 0) throw fault('its signature is not by exactly one signer');
  const at = cms.indexOf(MESSAGE_DIGEST);
  const start = at + MESSAGE_DIGEST.length;
  if (at === -1) throw fault('its signature has no message digest');
  return { signature: signer.signature.valueBlock.valueHexView, messageDigest: cms.subarray(start, start + 32) };
}
