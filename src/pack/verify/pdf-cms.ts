import { ContentInfo, SignedData } from 'pkijs';
import { decode } from '../sign/der.ts';
import { TIMESTAMP_OID } from '../timestamp/oid.ts';
import { PackFault } from './fault.ts';

/** Most bytes of a PDF that is looked at. */
export const MAX_PDF = 2 * 1024 * 1024 * 1024 - 1;

/** The CMS at the start of what a signature's hole holds; throws a `PackFault`. */
export function cmsIn(contents: Buffer, file: string): Buffer {
  const first = contents[1] ?? 0;
  if (contents[0] !== 0x30 || first !== 0x82) throw new PackFault({ file, message: 'its signature is not a CMS' });
  return contents.subarray(0, 4 + contents.readUInt16BE(2));
}

/** What of the one signer of a CMS cannot be written again from anything else. */
export interface PdfSigner {
  readonly signature: Uint8Array;
  /** DER of the TimeStampToken over the signature, where it has one. */
  readonly timestamp: { readonly timestamp?: Uint8Array };
}

/** Takes the signature value and its timestamp out of a CMS by one signer; throws a `PackFault`. */
export function signerOf(cms: Uint8Array, file: string): PdfSigner {
  const content = new ContentInfo({ schema: decode(cms, 'signature') }).content;
  const [signer, ...others] = new SignedData({ schema: content }).signerInfos;
  if (signer === undefined || others.length > 0) {
    throw new PackFault({ file, message: 'its signature is not by exactly one signer' });
  }
  const attribute = signer.unsignedAttrs?.attributes.find((it) => it.type === TIMESTAMP_OID.signatureTimeStampToken);
  const token = attribute?.values[0]?.valueBeforeDecodeView;
  return {
    signature: signer.signature.valueBlock.valueHexView,
    timestamp: token === undefined ? {} : { timestamp: new Uint8Array(token) },
  };
}
