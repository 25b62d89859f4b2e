import type { Catalogue } from '../../catalog/catalogue.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Messages } from '../../ports/messages.ts';
import type { Objects } from '../../ports/objects.ts';
import type { Upload, Uploads } from '../../ports/uploads.ts';
import { catalogueDigest } from '../catalogue.ts';
import { type Folder, fingerprintOf, LIMITS, readFolder } from './folder.ts';
import { judgeFolder } from './judge.ts';
import { noticeOf } from './notice.ts';
import {
  type CustomResult,
  type CustomState,
  keepResult,
  keepSet,
  MAX_PROBLEMS,
  readState,
  writeState,
} from './state.ts';

/** An upload of many files is over when nothing came for this long; it is waited for so many times at most. */
const QUIET_MS = 10_000;
const MAX_WAITS = 6;
/** Judgements of one call, each of a folder that changed while the one before was made. */
const MAX_TRIES = 10;
const MAX_IGNORED = 20;
const MAX_MESSAGE = 1000;

export interface CustomPorts {
  readonly objects: Objects;
  readonly uploads: Uploads;
  /** What comes with Witnessmark. */
  readonly catalogue: Catalogue;
  readonly messages: Messages;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface CustomOutcome {
  readonly result: CustomResult;
  readonly resultKey: string;
  readonly active: CustomState['active'];
  /** Whether this call judged, or found the folder judged already. */
  readonly judged: boolean;
}

/**
 * Judges the folder `custom/` as it is now, whole, whatever told that it changed: what is right becomes the active
 * set, and what is wrong leaves the active one as it is; both are told. It ends when the newest result is of the
 * folder as it stands then, so told twice, late or in another order, and asked by several at a time, it comes to the
 * same. Throws `custom-busy` where the folder does not stop changing.
 */
export async function checkFolder(ports: CustomPorts): Promise<CustomOutcome> {
  const digest = catalogueDigest(ports.catalogue);
  let judged = false;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    // Read before the folder is: whoever judged a later state of it has replaced this one.
    const known = await readState(ports.objects);
    const listed = await quiet(ports);
    const fingerprint = fingerprintOf(listed, digest);
    if (known?.state.result.folder === fingerprint) {
      await tell(ports, known);
      const { result, resultKey, active } = known.state;
      return { result, resultKey, active, judged };
    }
    const folder = await readFolder(ports.uploads, listed);
    if (folder === undefined) continue;
    const next = await judge(ports, { folder, fingerprint, digest, before: known?.state });
    judged = (await writeState(ports.objects, next, known?.version)) || judged;
  }
  throw new WitnessmarkError('custom-busy', `the folder custom/ changed ${MAX_TRIES} times while it was judged`, {
    hint: 'it is judged again after the next upload; the set that was active stays active',
  });
}

async function quiet({ uploads, clock, wait }: CustomPorts): Promise<readonly Upload[]> {
  for (let waits = 0; ; waits += 1) {
    const listed = await uploads.list(LIMITS.listed);
    const newest = Math.max(0, ...listed.map((it) => Date.parse(it.modified)));
    const left = newest + QUIET_MS - Date.parse(clock.now());
    if (left <= 0 || waits === MAX_WAITS) return listed;
    await wait(Math.min(left, QUIET_MS));
  }
}

interface Judging {
  readonly folder: Folder;
  readonly fingerprint: string;
  readonly digest: string;
  readonly before: CustomState | undefined;
}

async function judge({ objects, catalogue, clock }: CustomPorts, judging: Judging): Promise<CustomState> {
  const { folder, fingerprint, digest, before } = judging;
  const { problems, errors, summary } = judgeFolder(catalogue, folder);
  const at = clock.now();
  const status = errors > 0 ? 'refused' : folder.files.length === 0 ? 'empty' : 'accepted';
  const active = await activeAfter(objects, { status, at, files: folder.files, before });
  const result: CustomResult = {
    v: 1,
    at,
    status,
    folder: fingerprint,
    catalogue: digest,
    summary,
    files: folder.files.map(({ text: _text, ...it }) => it),
    ignored: folder.ignored.slice(0, MAX_IGNORED),
    problems: problems.slice(0, MAX_PROBLEMS).map((it) => ({
      ...it,
      message: it.message.slice(0, MAX_MESSAGE).toWellFormed(),
    })),
    more: Math.max(0, problems.length - MAX_PROBLEMS),
    active: active?.sha256 ?? null,
  };
  const resultKey = await keepResult(objects, result);
  return { v: 1, result, resultKey, active, notice: noticeOf({ before, result, resultKey, active }) };
}

async function activeAfter(
  objects: Objects,
  after: Pick<CustomResult, 'status' | 'at'> & { files: Folder['files']; before: CustomState | undefined },
): Promise<CustomState['active']> {
  const active = after.before?.active ?? null;
  if (after.status === 'refused') return active;
  if (after.status === 'empty') return null;
  const sha256 = await keepSet(objects, after.files);
  return active?.sha256 === sha256 ? active : { sha256, since: after.at };
}

/** A notice is told before it is struck out: whoever is killed in between has told it, and it is told again. */
async function tell(
  { objects, messages }: CustomPorts,
  { state, version }: { state: CustomState; version: string },
): Promise<void> {
  if (state.notice === null) return;
  await messages.publish(state.notice);
  await writeState(objects, { ...state, notice: null }, version);
}
