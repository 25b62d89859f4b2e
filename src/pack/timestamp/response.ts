import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { algorithm, decode, encode, exact, OID } from '../sign/der.ts';
import { timestampFault } from './fault.ts';
import { MAX_TOKEN } from './token.ts';

/** Bytes of a nonce; the first is 1 to 127, so that it is a positive integer of exactly this length. */
export const NONCE_BYTES = 16;

/** The DER of a TimeStampReq (RFC 3161, 2.4.1) that asks for the certificates too. */
export function timestampRequest(it: { imprint: Uint8Array; nonce: Uint8Array; policy?: string }): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier(algorithm(OID.sha256)),
      hashedMessage: new asn1js.OctetString({ valueHex: exact(it.imprint) }),
    }),
    ...(it.policy === undefined ? {} : { reqPolicy: it.policy }),
    nonce: new asn1js.Integer({ valueHex: exact(it.nonce) }),
    certReq: true,
  });
  return encode(request.toSchema());
}

/**
 * A token as the DER of a TimeStampResp that says "granted" and nothing else: the form of `.tsr` files, which
 * `openssl ts -verify -in` and Sigstore's tools take. What an authority says around its token nobody signs,
 * so it is not kept; the same token gives the same bytes.
 */
export function responseOf(token: Uint8Array): Uint8Array {
  const status = new asn1js.Sequence({ value: [new asn1js.Integer({ value: 0 })] });
  return encode(new asn1js.Sequence({ value: [status, decode(token, 'timestamp')] }));
}

/** Most bytes of a response as it is kept: a token and a head. */
export const MAX_RESPONSE = MAX_TOKEN + 32;

/**
 * The token in the bytes that `responseOf` writes.
 * @throws WitnessmarkError `timestamp-malformed` for any other bytes
 */
export function tokenIn(response: Uint8Array): Uint8Array {
  if (response.length > MAX_RESPONSE) {
    throw timestampFault(
      'timestamp-malformed',
      `has ${response.length} bytes, more than the ${MAX_RESPONSE} that it may have`,
    );
  }
  const token = grantedToken(response);
  if (Buffer.from(responseOf(token)).equals(response)) return token;
  throw timestampFault('timestamp-malformed', 'the response around the token is not written as it is kept');
}

const STATUS = ['granted', 'granted with modifications', 'rejection', 'waiting', 'revocation warning', 'revocation'];

/**
 * The token in any response of an authority, granted with modifications or without.
 * @throws WitnessmarkError `timestamp-rejected`, `timestamp-malformed`
 */
export function grantedToken(response: Uint8Array): Uint8Array {
  const [status, token] = partsOf(response);
  const [code, text] = childrenOf(status);
  if (!(code instanceof asn1js.Integer)) throw timestampFault('timestamp-malformed', 'the response has no status');
  const granted = code.valueBlock.valueDec;
  if (granted !== 0 && granted !== 1) {
    const said = childrenOf(text)
      .map((it) => (it instanceof asn1js.Utf8String ? it.getValue() : ''))
      .join(' ');
    const message = `the authority did not grant it: status ${granted} (${STATUS[granted] ?? 'unknown'}) ${JSON.stringify(said.slice(0, 300))}`;
    throw timestampFault('timestamp-rejected', message);
  }
  if (token === undefined) throw timestampFault('timestamp-malformed', 'the response is granted and holds no token');
  return new Uint8Array(exact(token.valueBeforeDecodeView));
}

function partsOf(response: Uint8Array): asn1js.AsnType[] {
  try {
    return childrenOf(decode(response, 'response'));
  } catch (thrown) {
    if (thrown instanceof WitnessmarkError && thrown.code.startsWith('timestamp-')) throw thrown;
    throw timestampFault('timestamp-malformed', `the response is no DER: ${messageOf(thrown).slice(0, 200)}`, thrown);
  }
}

const childrenOf = (value: asn1js.AsnType | undefined): asn1js.AsnType[] =>
  value instanceof asn1js.Sequence ? value.valueBlock.value : [];
