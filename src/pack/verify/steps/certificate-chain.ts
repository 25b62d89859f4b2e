import { X509Certificate } from 'node:crypto';
import { sha256Hex } from '../../../ledger/canonical.ts';
import { messageOf } from '../../../model/error.ts';
import type { Report } from '../../../model/report.ts';
import { PATHS } from '../../paths.ts';
import { OID, pemOfDer } from '../../sign/der.ts';
import { isIssuedBy, keyUsageOf, x509 } from '../certificate.ts';
import { findingOf, PackFault, within } from '../fault.ts';
import type { Pack, PackCertificate } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

const MIN_RSA_BITS = 2048;
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;

/** The document certificate was issued by the root, for signing documents, and was valid when the report was signed. */
export async function certificateChain(pack: Pack): Promise<StepOutcome> {
  const [root, signing, report] = [await pack.root(), await pack.signing(), await pack.report()];
  const findings = [
    ...(await problems(PATHS.root, () => rootProblems(root, report.signing.at))),
    ...(await problems(PATHS.signing, () => signingProblems(signing, root, report))),
  ];
  const { trustedRoot } = pack.options;
  if (trustedRoot === undefined) {
    return {
      findings,
      warnings: ['The root certificate was taken from inside the pack: compare it with one from elsewhere.'],
    };
  }
  const trusted = within('--root', () => rootOf(trustedRoot));
  if (!trusted.raw.equals(root.der))
    findings.push({ file: PATHS.root, message: 'is not the root certificate that you trust' });
  return { findings };
}

function rootOf(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (thrown) {
    throw new PackFault({ file: '--root', message: `is not a certificate: ${messageOf(thrown)}` }, thrown);
  }
}

type Problems = [wrong: boolean, message: string][];

async function problems(file: string, find: () => Promise<Problems>): Promise<Finding[]> {
  try {
    return (await find()).flatMap(([wrong, message]) => (wrong ? [{ file, message }] : []));
  } catch (thrown) {
    throw new PackFault(findingOf(thrown, file), thrown);
  }
}

async function rootProblems(root: PackCertificate, signedAt: string): Promise<Problems> {
  const certificate = x509(root);
  return [
    [pemOfDer(root.der) !== root.pem, 'is not written as a pack writes it'],
    [!certificate.ca || (keyUsageOf(root) & KEY_CERT_SIGN) === 0, 'is not a certificate authority'],
    [!(await isIssuedBy(root, root)), 'is not signed by itself'],
    ...common(certificate, signedAt),
  ];
}

async function signingProblems(signing: PackCertificate, root: PackCertificate, report: Report): Promise<Problems> {
  const certificate = x509(signing);
  const purposes: readonly string[] = certificate.keyUsage ?? [];
  return [
    [pemOfDer(signing.der) !== signing.pem, 'is not written as a pack writes it'],
    [certificate.ca, 'is a certificate authority, which must not sign documents'],
    [!(await isIssuedBy(signing, root)), `was not issued by ${PATHS.root}`],
    [(keyUsageOf(signing) & DIGITAL_SIGNATURE) === 0, 'is not for digital signatures'],
    [!purposes.includes(OID.documentSigning), 'is not for signing documents'],
    [sha256Hex(signing.der) !== report.signing.sha256, `is not the certificate that ${PATHS.json} names`],
    ...common(certificate, report.signing.at),
  ];
}

function common(certificate: X509Certificate, signedAt: string): Problems {
  const at = Date.parse(signedAt);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const weak = asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS;
  return [
    [at < Date.parse(certificate.validFrom) || at > Date.parse(certificate.validTo), `was not valid at ${signedAt}`],
    [weak, `its key is not RSA of at least ${MIN_RSA_BITS} bits`],
  ];
}
