/** Files of a pack that judges read and alterations change. */
export const PDF = 'data/report.pdf';
export const OSCAL = 'data/oscal-assessment-results.json';
export const OCSF = 'data/ocsf-findings.jsonl';
export const BUNDLE = 'data/attestation.sigstore.json';
export const SIGNING = 'data/trust/signing.pem';
