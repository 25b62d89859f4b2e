import { type BasicConstraints, type Certificate, type Extension, type ExtKeyUsage, getCrypto } from 'pkijs';
import type { WitnessmarkError } from '../../model/error.ts';
import { OID } from '../sign/der.ts';
import { timestampFault } from './fault.ts';
import { SIGNATURE_HASHES, TIMESTAMP_OID } from './oid.ts';

const { keyUsage, basicConstraints, extendedKeyUsage } = OID;
/** Extensions that are looked at; RFC 5280, 4.2 refuses a certificate with any other critical one. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  keyUsage,
  basicConstraints,
  extendedKeyUsage,
  TIMESTAMP_OID.certificatePolicies,
]);
const KEY_CERT_SIGN = 0x04;
const SIGNING = 0x80 | 0x40;
const MIN_RSA_BYTES = 256;

/**
 * Refuses a certificate that is not one for time-stamping (RFC 3161, 2.3): its extended key usage is
 * time-stamping alone, and critical.
 * @throws WitnessmarkError `timestamp-purpose`
 */
export function checkPurpose(certificate: Certificate): void {
  const usage = extensionOf(certificate, extendedKeyUsage);
  const purposes = (usage?.parsedValue as ExtKeyUsage | undefined)?.keyPurposes ?? [];
  const [first, ...others] = purposes;
  if (first !== TIMESTAMP_OID.timeStamping || others.length > 0 || usage?.critical !== true) {
    const found = purposes.join(', ') || 'none';
    const message = `its certificate is not one for time-stamping alone: expected that one critical purpose, found ${usage?.critical ? 'critical' : 'uncritical'} ${found}`;
    throw timestampFault('timestamp-purpose', message);
  }
  const bits = usageBits(certificate);
  if (bits !== undefined && (bits & SIGNING) === 0) {
    throw timestampFault('timestamp-purpose', 'the key usage of its certificate is not signing');
  }
}

/** A certificate on the way up, and how many authorities stand below it. */
interface Reached {
  readonly certificate: Certificate;
  readonly below: number;
}

/**
 * Looks for a chain from a certificate to one of `roots`, each certificate valid at `time`: by names, by
 * signatures, and by what authorities may do (RFC 5280, 6.1, without policies, and with any name
 * constraint refused). A root is trusted because it is given, so its own signature says nothing. Each
 * certificate is reached once, by its shortest way, which bounds the work whatever a token brings.
 * Revocation is not looked at.
 * @throws WitnessmarkError `timestamp-expired`, `timestamp-untrusted`
 */
export async function checkChain(
  leaf: Certificate,
  others: readonly Certificate[],
  { roots, time }: { readonly roots: readonly Certificate[]; readonly time: Date },
): Promise<void> {
  if (!isValidAt(leaf, time)) throw expired(leaf, time);
  if (roots.some((root) => sameCertificate(root, leaf))) return;
  const open: Reached[] = [{ certificate: leaf, below: 0 }];
  const left = new Set(others);
  let late: Certificate | undefined;
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { below } = next;
    for (const issuer of await issuersOf(next, [...roots, ...left])) {
      if (!isValidAt(issuer, time)) late = issuer;
      else if (roots.includes(issuer)) return;
      else if (left.delete(issuer)) open.push({ certificate: issuer, below: below + 1 });
    }
  }
  throw late === undefined ? untrusted(leaf, roots) : expired(late, time);
}

function untrusted(leaf: Certificate, roots: readonly Certificate[]): WitnessmarkError {
  const given = roots.map(nameOf).join('; ') || 'none given';
  return timestampFault(
    'timestamp-untrusted',
    `no chain leads from ${nameOf(leaf)} to a certificate that is trusted (${given})`,
  );
}

async function issuersOf({ certificate, below }: Reached, candidates: readonly Certificate[]): Promise<Certificate[]> {
  if (!isUnderstood(certificate)) return [];
  const issuers: Certificate[] = [];
  for (const it of candidates) if (mayIssue(it, below) && (await isIssuedBy(certificate, it))) issuers.push(it);
  return issuers;
}

/** The name of a certificate's subject, for people: `CN=…, O=…`. */
export function nameOf(certificate: Certificate): string {
  const short: Readonly<Record<string, string>> = { [OID.commonName]: 'CN', [OID.organisation]: 'O', '2.5.4.6': 'C' };
  const parts = certificate.subject.typesAndValues.map(({ type, value }) => {
    const text = String((value.valueBlock as { value?: unknown }).value ?? '').slice(0, 200);
    return `${short[type] ?? type}=${text}`;
  });
  return parts.join(', ').slice(0, 500);
}

/** Whether a key may sign at all: RSA of 2,048 bits or more, or any curve that WebCrypto knows. */
export function isStrong(certificate: Certificate): boolean {
  const { parsedKey } = certificate.subjectPublicKeyInfo;
  if (parsedKey === undefined) return false;
  if (!('modulus' in parsedKey)) return true;
  const bytes = parsedKey.modulus.valueBlock.valueHexView;
  return bytes.length - (bytes[0] === 0 ? 1 : 0) >= MIN_RSA_BYTES;
}

const extensionOf = (certificate: Certificate, oid: string): Extension | undefined =>
  certificate.extensions?.find((it) => it.extnID === oid);

function usageBits(certificate: Certificate): number | undefined {
  const value = extensionOf(certificate, keyUsage)?.parsedValue as
    | { valueBlock: { valueHexView: Uint8Array } }
    | undefined;
  return value?.valueBlock.valueHexView[0];
}

/** An authority, and one that may stand above so many others (RFC 5280, 4.2.1.9), and for this purpose. */
function mayIssue(certificate: Certificate, below: number): boolean {
  const constraints = extensionOf(certificate, basicConstraints)?.parsedValue as BasicConstraints | undefined;
  const most = constraints?.pathLenConstraint;
  const purposes = (extensionOf(certificate, extendedKeyUsage)?.parsedValue as ExtKeyUsage | undefined)?.keyPurposes;
  const forThis = [TIMESTAMP_OID.timeStamping, TIMESTAMP_OID.anyExtendedKeyUsage] as readonly string[];
  return (
    constraints?.cA === true &&
    (typeof most !== 'number' || most >= below) &&
    ((usageBits(certificate) ?? KEY_CERT_SIGN) & KEY_CERT_SIGN) !== 0 &&
    (purposes?.some((it) => forThis.includes(it)) ?? true)
  );
}

async function isIssuedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const { algorithmId } = certificate.signatureAlgorithm;
  if (!certificate.issuer.isEqual(issuer.subject) || SIGNATURE_HASHES[algorithmId] === undefined) return false;
  if (!certificate.signature.isEqual(certificate.signatureAlgorithm) || !isStrong(issuer)) return false;
  try {
    const { tbsView, signatureValue, signatureAlgorithm } = certificate;
    const engine = getCrypto(true);
    return await engine.verifyWithPublicKey(
      new Uint8Array(tbsView).buffer,
      signatureValue,
      issuer.subjectPublicKeyInfo,
      signatureAlgorithm,
    );
  } catch {
    // A key that cannot be used for this algorithm has signed nothing.
    return false;
  }
}

const isUnderstood = (certificate: Certificate): boolean =>
  (certificate.extensions ?? []).every((it) => !it.critical || UNDERSTOOD.has(it.extnID));

const isValidAt = ({ notBefore, notAfter }: Certificate, time: Date): boolean =>
  notBefore.value <= time && time <= notAfter.value;

function sameCertificate(a: Certificate, b: Certificate): boolean {
  const [one, other] = [a, b].map((it) => Buffer.from(it.toSchema().toBER()));
  return one !== undefined && other !== undefined && one.equals(other);
}

function expired(certificate: Certificate, time: Date): WitnessmarkError {
  const { notBefore, notAfter } = certificate;
  const span = `${notBefore.value.toISOString()} to ${notAfter.value.toISOString()}`;
  const message = `the certificate of ${nameOf(certificate)} is valid from ${span}, not at ${time.toISOString()}`;
  return timestampFault('timestamp-expired', message);
}
