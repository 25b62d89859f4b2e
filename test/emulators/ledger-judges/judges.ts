import { join } from 'node:path';
import { folderObjects } from '../../../src/adapters/local/objects.ts';
import { auditLedger } from '../../../src/ledger/audit.ts';
import { VKEY } from '../../ledger/helpers.ts';
import { ask, type Verdict, verdictOf, versionOf } from '../judges/judge.ts';
import { goVersion } from '../judges/tlog.ts';
import { pkeyutl } from '../support/pkeyutl.ts';
import { run, TOOLS } from '../support/run.ts';
import type { AlterationName } from './alterations.ts';

/** A program that says whether a log, as it lies in a folder, is good. */
export interface LogJudge {
  readonly name: string;
  /** At most ten characters, for the head of a column. */
  readonly short: string;
  readonly version: () => Promise<string>;
  /** Alterations that it accepts, each with the reason. It must refuse all others. */
  readonly cannotNotice: Readonly<Partial<Record<AlterationName, string>>>;
  /** `work` is a folder for files of its own. */
  readonly judge: (log: string, work: string) => Promise<Verdict>;
}

const keysOf = (log: string): string => join(log, 'trust/checkpoint.vkey');

const OURS_ALONE = 'batches are how this log is written: the format has no such objects';
const NO_EARLIER = 'it reads the newest checkpoint alone, and cannot know of others';

const ours: LogJudge = {
  name: 'the audit of witnessmark, without the notary',
  short: 'ours',
  version: async () => 'this one',
  cannotNotice: {},
  async judge(log) {
    const options = { objects: folderObjects(log), verifierKeys: [VKEY], bodies: false };
    const { ok, size, findings } = await auditLedger(options);
    return { accepts: ok, said: `size ${size}: ${findings.map((it) => it.message).join('; ')}` };
  },
};

const goTlog: LogJudge = {
  name: "Go's sumdb/note and tlog",
  short: 'Go tlog',
  version: goVersion,
  cannotNotice: { 'a byte of a batch': OURS_ALONE },
  judge: (log) => ask(TOOLS.tlog, [log, keysOf(log)], { words: [/^ok size=\d+\n$/] }),
};

/** Ends with 0 whatever it finds, and may never end: its words and a clock decide. */
const FSCK_MS = 60_000;

const fsck: LogJudge = {
  name: "Tessera's fsck",
  short: 'fsck',
  version: () => versionOf('go', ['version', '-m', TOOLS.fsck], /tessera\s+v(\S+)/),
  cannotNotice: {
    'a byte of a batch': OURS_ALONE,
    'a byte of an earlier checkpoint': NO_EARLIER,
    'an earlier checkpoint put back': `${NO_EARLIER}; that one is of a good tree`,
  },
  async judge(log) {
    const from = [`--storage_url=file://${log}/`, `--public_key=${keysOf(log)}`, '--ui=false', '-N', '16'];
    return verdictOf(await run(TOOLS.fsck, from, { timeout: FSCK_MS }), { words: ["Successfully fsck'd log"] });
  },
};

const ONLY_SIGNATURE = 'it verifies the signature of the checkpoint and reads nothing else';

const openssl: LogJudge = {
  name: 'openssl pkeyutl, the signature of the checkpoint',
  short: 'openssl',
  version: () => versionOf('openssl', ['version'], /^OpenSSL (\S+)/),
  cannotNotice: {
    'a byte of a tile of leaves': ONLY_SIGNATURE,
    'a byte of a tile of the second level': ONLY_SIGNATURE,
    'a byte of a partial tile': ONLY_SIGNATURE,
    'a byte of an entry bundle': ONLY_SIGNATURE,
    'a byte of a batch': ONLY_SIGNATURE,
    'two entries swapped': ONLY_SIGNATURE,
    'a tile removed': ONLY_SIGNATURE,
    'a byte of an earlier checkpoint': ONLY_SIGNATURE,
    'an earlier checkpoint put back': 'its signature is good: that there was a newer one is for whoever has seen it',
  },
  judge: async (log, work) =>
    verdictOf(await pkeyutl(join(log, 'checkpoint'), keysOf(log), work), {
      words: ['Signature Verified Successfully'],
    }),
};

export const LOG_JUDGES: readonly LogJudge[] = [ours, goTlog, fsck, openssl];
