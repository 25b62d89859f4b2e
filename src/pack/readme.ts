import type { Report } from '../model/report.ts';
import { PAGE, PATHS, TIMESTAMP_PATHS } from './paths.ts';

/**
 * How to verify a pack by hand: six steps, each a few shell commands that use openssl, sha256sum,
 * pdfsig and POSIX tools alone, what the step proves and what it does not; and a seventh where the pack may be
 * `timestamped`. Lines that begin with four blanks are commands, so that a test can run exactly what a reader
 * would.
 */
export function readmeText(report: Report, timestamped = false): string {
  const { ledger, framework, period } = report;
  const epoch = Math.floor(Date.parse(report.signing.at) / 1000);
  return [
    title(`${framework.title}, ${period.from} to ${period.to}`),
    `Pack ${report.id}, made by ${report.software} from ${ledger.size} entries of the ledger ${ledger.origin}.`,
    '',
    introduction(timestamped ? 'seven' : 'six'),
    ...step(
      1,
      'Nothing was damaged or lost',
      ['sha256sum --check --quiet manifest-sha256.txt tagmanifest-sha256.txt'],
      DAMAGE,
    ),
    ...step(2, 'The certificate was issued by the organisation you trust', certificateCommands(epoch), CERTIFICATE),
    ...step(3, 'The report in the PDF is what was signed', PDF_COMMANDS, PDF),
    ...step(4, 'Every file of data/ is what was signed', STATEMENT_COMMANDS, STATEMENT),
    ...step(5, 'The ledger says what this pack says it does', CHECKPOINT_COMMANDS, CHECKPOINT),
    ...step(6, 'An item of evidence is in the ledger, unchanged', INCLUSION_COMMANDS, INCLUSION),
    ...(timestamped ? step(7, 'All of this existed at a certain time', TIMESTAMP_COMMANDS, TIMESTAMP) : []),
    LIMITS,
  ].join('\n');
}

const title = (text: string): string => `${text}\n${'='.repeat([...text].length)}\n`;

function step(number: number, heading: string, commands: readonly string[], says: string): string[] {
  const head = `${number}. ${heading}`;
  return ['', head, '-'.repeat(head.length), '', ...commands.map((line) => `    ${line}`), '', says];
}

const introduction = (steps: string) =>
  `This folder can be verified without us, without a network and without an AWS account. The ${steps} steps below need
openssl (3.0 or newer), sha256sum, pdfsig (poppler) and a POSIX shell; "witnessmark verify" does all of them and
more: it also recomputes every population from the evidence and every table from report.json. So does ${PAGE}, in
a browser and without a network: drop the zip on it. For a judgement that counts, use a copy of that page which you
got elsewhere ("witnessmark page" writes it), as one inside an altered pack may say anything.
Run the commands in this folder. Work files are written to the folder verify-work beside it.

Keys first. Whoever can alter this pack can alter ${PATHS.root} and ${PATHS.verifierKeys} in it too. Ask
the organisation for both by another way (in person, from an earlier report, from its website) and compare them with
the ones here before you rely on any signature. The commands use the ones here; put the trusted ones in their place.
This README is named in the signed statement of step 4 (under "tagFiles"), but read it from a
copy that you got elsewhere if you have one.`;

const DAMAGE = `Expect no output and exit status 0.
Proves: each listed file is as it was when the pack was made.
Does not prove: who made it. Anyone can write a new list; steps 2 to 5 are about that. Files that are in no list
are not looked at: there must be none ("witnessmark verify" reports them).`;

function certificateCommands(epoch: number): string[] {
  return [
    'mkdir -p ../verify-work',
    `openssl verify -x509_strict -attime ${epoch} -CAfile ${PATHS.root} ${PATHS.signing}`,
    `openssl x509 -in ${PATHS.root} -noout -fingerprint -sha256`,
  ];
}

const CERTIFICATE = `Expect "${PATHS.signing}: OK". Compare the fingerprint with the one that you got elsewhere.
Proves: the holder of the root key issued the certificate that signs this report, and it was valid when the report
was made.
Does not prove: that the root is the organisation's. Only your comparison does.`;

const PDF_COMMANDS = [`pdfsig ${PATHS.pdf}`];

const PDF = `Expect both "Signature is Valid." and "Total document signed"; read the words, the exit status is 0 in any case.
"Certificate issuer isn't Trusted" or "unknown" is normal until root.pem is in the reader's store:
certutil -N -d sql:nss --empty-password; certutil -A -d sql:nss -n root -t CT,C,C -i root.pem; pdfsig -nssdir sql:nss.
Proves: every byte of the PDF but the signature itself was signed with the key of the certificate inside.
Does not prove: that this is the key of step 2. Compare the certificate's name and SHA-256 with signing.pem, or see
step 4, which signs the hash of the PDF with that key.`;

const STATEMENT_COMMANDS = [
  `sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' ${PATHS.attestation} | base64 -d > ../verify-work/statement.json`,
  `sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' ${PATHS.attestation} | base64 -d > ../verify-work/statement.sig`,
  'cd ../verify-work',
  `{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < statement.json)"; cat statement.json; } > statement.pae`,
  'cd "$OLDPWD"',
  `openssl x509 -in ${PATHS.signing} -pubkey -noout > ../verify-work/signing.pub`,
  'openssl dgst -sha256 -verify ../verify-work/signing.pub -signature ../verify-work/statement.sig ../verify-work/statement.pae',
  `sed 's/{"name":/\\n&/g' ../verify-work/statement.json | sed -n 's/.*{"name":"\\([^"]*\\)","digest":{"sha256":"\\([0-9a-f]*\\)"}}.*/\\2  \\1/p' | sha256sum --check --quiet`,
];

const STATEMENT = `Expect "Verified OK", and no output from the last command.
Proves: the document key signed the hash of every file of data/ (but this statement's own and that of its Sigstore
bundle), and with them which framework, period and ledger they are about.
Does not prove: when it was signed, or that the content is true.`;

const CHECKPOINT_COMMANDS = [
  `sed '/^$/,$d' ${PATHS.checkpoint} > ../verify-work/checkpoint.text`,
  `sed -n 's/^\u2014 [^ ]* //p' ${PATHS.checkpoint} | head -n 1 | base64 -d | tail -c +5 > ../verify-work/checkpoint.sig`,
  `id=$(sed -n 's/^\u2014 [^ ]* //p' ${PATHS.checkpoint} | head -n 1 | base64 -d | head -c 4 | od -An -tx1 | tr -d ' \\n')`,
  `{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; grep -F "+$id+" ${PATHS.verifierKeys} | head -n 1 | cut -d+ -f3- | base64 -d | tail -c +2; } > ../verify-work/checkpoint.der`,
  'openssl pkeyutl -verify -pubin -keyform DER -inkey ../verify-work/checkpoint.der -rawin -in ../verify-work/checkpoint.text -sigfile ../verify-work/checkpoint.sig',
];

const CHECKPOINT = `Expect "Signature Verified Successfully". The text is the ledger's name, its number of entries and its root hash;
they are printed in the report too.
Proves: the ledger's key vouches for exactly this history.
Does not prove: that the same history was shown to others. Keep this checkpoint: the next pack must extend it
("witnessmark verify --since <this file>"), and a fork is then plain to see.`;

/** RFC 9162, 2.1.3.2, in shell: two work files, one hash a line of the proof. */
const INCLUSION_COMMANDS = [
  'work=../verify-work; mkdir -p $work',
  'tar=$(ls data/proofs/*.tar | head -n 1); proof=$(tar -tf $tar | head -n 1)',
  'tar -xOf $tar $proof > $work/proof',
  `sed -n 's/^extra //p' $work/proof | base64 -d > $work/entry.json`,
  `fn=$(sed -n 's/^index //p' $work/proof); sn=$(( $(sed -n 2p ${PATHS.checkpoint}) - 1 ))`,
  `{ printf '\\000'; cat $work/entry.json; } | openssl dgst -sha256 -binary > $work/hash`,
  `for line in $(sed -n '/^index /,/^$/p' $work/proof | sed '1d;$d'); do`,
  '  echo "$line" | base64 -d > $work/next',
  '  if [ $((fn % 2)) = 1 ] || [ $fn = $sn ]; then',
  `    { printf '\\001'; cat $work/next $work/hash; } | openssl dgst -sha256 -binary > $work/both`,
  '    while [ $((fn % 2)) = 0 ] && [ $fn != 0 ]; do fn=$((fn / 2)); sn=$((sn / 2)); done',
  '  else',
  `    { printf '\\001'; cat $work/hash $work/next; } | openssl dgst -sha256 -binary > $work/both`,
  '  fi',
  '  mv $work/both $work/hash; fn=$((fn / 2)); sn=$((sn / 2))',
  'done',
  `[ "$(base64 < $work/hash)" = "$(sed -n 3p ${PATHS.checkpoint})" ] && echo "in the ledger: $proof"`,
  `body=$(sed 's/.*"body":"sha256:\\([0-9a-f]*\\)".*/\\1/' $work/entry.json)`,
  `while IFS= read -r line; do printf '%s' "$line" | sha256sum | grep -q "$body" && echo "body found" && break; done < ${PATHS.bodies}`,
];

const INCLUSION = `Expect "in the ledger: ..." and "body found". Each tar holds the proofs of a thousand ledger entries: that of entry
4711 is 00004711.tlog-proof in data/proofs/00004000.tar. Put any other in the place of the first; the n-th proof of
the pack belongs to the n-th line of ${PATHS.bodies}.
Proves: this item was written to the ledger before the checkpoint was signed, and its text has not changed since.
Does not prove: that AWS answered truthfully, or that the collector asked everything it should have; the runs, the
observations and the recorded calls in this pack are there for you to judge that.`;

/**
 * The statement is signed with this text in it before it can be stamped, so each command asks whether there
 * is a token. A token is judged at its own time: certificates of authorities end before packs are thrown away.
 */
const TIMESTAMP_COMMANDS = [
  `work=../verify-work; sed '/^$/,$d' ${PATHS.checkpoint} > $work/checkpoint.text`,
  `sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' ${PATHS.attestation} | base64 -d > $work/statement.sig`,
  `cp ${TIMESTAMP_PATHS.checkpoint} $work/checkpoint.text.tsr 2> /dev/null || rm -f $work/checkpoint.text.tsr`,
  `sed -n 's/.*"signedTimestamp":"\\([^"]*\\)".*/\\1/p' ${PATHS.sigstore} | base64 -d > $work/statement.sig.tsr`,
  'for stamped in checkpoint.text statement.sig; do',
  '  [ -s $work/$stamped.tsr ] || { echo "$stamped: no timestamp"; continue; }',
  '  time=$(openssl ts -reply -in $work/$stamped.tsr -text 2> /dev/null | sed -n "s/^Time stamp: //p")',
  `  openssl ts -verify -in $work/$stamped.tsr -data $work/$stamped -CAfile ${TIMESTAMP_PATHS.roots} -attime $(date -u -d "$time" +%s) 2> /dev/null && echo "$stamped: $time"`,
  'done',
];

const TIMESTAMP = `Expect "Verification: OK" and a time, twice, or "no timestamp" for what has none. Ask for the certificates of
${TIMESTAMP_PATHS.roots} elsewhere too: they are those of the time-stamping authority.
Proves: the authority saw the hash of the checkpoint's text, and that of the signature of step 4, at the time that
it says; so the ledger up to here, and every file that step 4 is about, existed then. The PDF holds a timestamp of
its own over its signature, which PDF readers show.
Does not prove: that the content is true, or how long it had existed before. Nor does it ask whether the authority's
certificate was revoked.`;

const LIMITS = `
What nothing here proves
------------------------

That the collector ran unaltered, that the state at the time of a run was the state between runs, or that a person's
statement is true. The report names its own limits in its last chapter.
`;
