import type * as asn1js from 'asn1js';
import { Certificate, ContentInfo, SignedData, type SignerInfo, TSTInfo } from 'pkijs';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { decode, encode, exact, OID } from '../sign/der.ts';
import { timestampFault } from './fault.ts';
import { TIMESTAMP_OID } from './oid.ts';

/** Most bytes of a token; those of public authorities have 3 to 8 KiB, with their chain. */
export const MAX_TOKEN = 20 * 1024;
const MAX_CERTIFICATES = 16;

/** What a token says (RFC 3161, 2.4.2, TSTInfo). */
export interface TimestampInfo {
  /** Object identifier of the policy. */
  readonly policy: string;
  /** The hash that was stamped, and the object identifier of its function. */
  readonly imprint: { readonly algorithm: string; readonly hash: Uint8Array };
  /** Hexadecimal, lower case. */
  readonly serial: string;
  /** UTC with milliseconds; what is finer is cut off. */
  readonly time: string;
  /** Plus or minus so many milliseconds, as far as the authority says. */
  readonly accuracy: number | undefined;
  /** Hexadecimal, lower case. */
  readonly nonce: string | undefined;
}

/** A TimeStampToken, parsed and not yet verified. */
export interface TimestampToken {
  readonly info: TimestampInfo;
  /** The DER of TSTInfo, which is what the CMS is about. */
  readonly content: Uint8Array;
  readonly signer: SignerInfo;
  readonly certificates: readonly Certificate[];
}

/**
 * Parses a TimeStampToken: one CMS SignedData over a TSTInfo, by one signer. Verifies nothing.
 * @throws WitnessmarkError `timestamp-malformed`
 */
export function parseToken(der: Uint8Array): TimestampToken {
  if (der.length > MAX_TOKEN) {
    throw timestampFault('timestamp-malformed', `has ${der.length} bytes, more than the ${MAX_TOKEN} that it may have`);
  }
  try {
    return parsed(der);
  } catch (thrown) {
    if (thrown instanceof WitnessmarkError && thrown.code.startsWith('timestamp-')) throw thrown;
    throw timestampFault('timestamp-malformed', `is no TimeStampToken: ${messageOf(thrown).slice(0, 200)}`, thrown);
  }
}

function parsed(der: Uint8Array): TimestampToken {
  const value = decode(der, 'timestamp');
  // It is written again within a PDF and a response, which must not change it.
  if (!Buffer.from(encode(value)).equals(der)) throw malformed('it is not written in DER');
  const { contentType, content: body } = new ContentInfo({ schema: value });
  if (contentType !== OID.signedData) throw malformed(`its content type is ${contentType}`);
  const { encapContentInfo, signerInfos, certificates = [] } = new SignedData({ schema: body });
  if (encapContentInfo.eContentType !== TIMESTAMP_OID.tstInfo || encapContentInfo.eContent === undefined) {
    throw malformed(`it is signed data of type ${encapContentInfo.eContentType}, not a TSTInfo`);
  }
  const [signer, ...others] = signerInfos;
  if (signer === undefined || others.length > 0) throw malformed(`it has ${signerInfos.length} signers`);
  if (certificates.length > MAX_CERTIFICATES) throw malformed(`it has ${certificates.length} certificates`);
  const content = new Uint8Array(encapContentInfo.eContent.getValue());
  return {
    info: infoOf(new TSTInfo({ schema: decode(content, 'TSTInfo') }), content),
    content,
    signer,
    certificates: certificates.filter((it) => it instanceof Certificate),
  };
}

function infoOf(info: TSTInfo, content: Uint8Array): TimestampInfo {
  if (info.version !== 1) throw malformed(`its version is ${info.version}`);
  const { seconds = 0, millis = 0, micros = 0 } = info.accuracy ?? {};
  return {
    policy: info.policy,
    imprint: {
      algorithm: info.messageImprint.hashAlgorithm.algorithmId,
      hash: new Uint8Array(info.messageImprint.hashedMessage.valueBlock.valueHexView),
    },
    serial: hexOf(info.serialNumber),
    time: timeIn(content),
    accuracy: info.accuracy === undefined ? undefined : seconds * 1000 + millis + micros / 1000,
    nonce: info.nonce === undefined ? undefined : hexOf(info.nonce),
  };
}

/** The value of an integer without its leading zeros. */
export const hexOf = (integer: asn1js.Integer): string =>
  Buffer.from(exact(integer.valueBlock.valueHexView))
    .toString('hex')
    .replace(/^(00)+(?=..)/, '');

const GENERALIZED_TIME = 24;
const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/;

/** The time from its text, in the one form that RFC 3161, 2.4.2 allows: a library's reading may forgive more. */
function timeIn(content: Uint8Array): string {
  const { valueBlock } = decode(content, 'TSTInfo') as asn1js.Sequence;
  const element = valueBlock.value.find((it) => it.idBlock.tagClass === 1 && it.idBlock.tagNumber === GENERALIZED_TIME);
  const text = element === undefined ? '' : Buffer.from(element.valueBeforeDecodeView).subarray(2).toString('latin1');
  const [, year, month, day, hour, minute, second, fraction = ''] = TIME.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  if (year === undefined || Number.isNaN(Date.parse(iso))) throw malformed(`its time is ${JSON.stringify(text)}`);
  return iso;
}

const malformed = (message: string): WitnessmarkError => timestampFault('timestamp-malformed', message);
