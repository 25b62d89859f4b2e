/** What each step proves, by its code, for a reader who does not know the formats. */
export const PROVES: Readonly<Record<string, string>> = {
  source: 'The file is a zip that every tool reads the same way, and nothing in it leads out of its folder.',
  'bag-layout':
    'The pack is a BagIt bag (RFC 8493): each file that it lists is there, and no file is there that it does not list.',
  manifest:
    'No file was damaged or changed since its lists were written. Anyone can write new lists: who made the pack is what the signatures say.',
  attestation: 'One signature over the SHA-256 of every file of data/, made with the key of the document certificate.',
  sigstore: 'The copy for Sigstore’s tools is the same statement with the same signature.',
  'certificate-chain':
    'The root issued the document certificate, for signing documents, and it was valid when the report was signed. That the root is the organisation’s is for you to compare.',
  'pdf-signature': 'Every byte of report.pdf but the signature itself was signed with the document key.',
  report: 'report.json adds up, is the one attached to the PDF, and gives every table of the pack byte for byte.',
  checkpoint:
    'The key of the ledger vouches for exactly the history that the report names: its size and its root hash.',
  evidence: 'Every item of evidence is, byte for byte, what was written to the ledger.',
  inclusion: 'A Merkle proof (RFC 6962) for every item and for every ledger entry that the report cites.',
  retrievals: 'The answers of AWS that the evidence was judged from are in the pack as they were recorded.',
  population:
    'Who was looked at, and with which outcome, can be computed again from the evidence, for every observation in the period.',
  results:
    'What was assessed is what the ledger has pinned, and which subjects failed, when, and which could not be judged can be computed again from the evidence. Verdicts are not reached again.',
  samples: 'The samples are those that the published rule draws: nobody picked them.',
  previous: 'What the report says has changed follows from itself and from the earlier report in the ledger.',
  witnesses:
    'Independent witnesses, whose keys you gave, signed the same checkpoint: the ledger showed them this history too.',
  timestamps: 'An authority for timestamps vouches that what was signed existed at the time that it says.',
  consistency:
    'Nothing that the ledger held at earlier reports, or at the checkpoint that you kept, was changed or removed.',
};

/** Names that findings use for what the reader gave, as the page calls them. */
export const GIVEN: Readonly<Record<string, string>> = {
  '--root': 'the root certificate that you gave',
  '--since': 'the checkpoint that you gave',
};
