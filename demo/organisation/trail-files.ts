import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'fflate';
import { days } from './days.ts';
import { DEVELOPMENT } from './names.ts';
import { between, type Random, randomOf } from './random.ts';
import { type Done, type Event, eventsOf, fileSuffix, recordOf, type TrailRecord } from './trail-events.ts';
import { routineEvents } from './trail-routine.ts';
import { storyEvents } from './trail-story.ts';
import type { World } from './world.ts';

/** Of all records, this share is delivered a second time; that of files in no order of time is the other. */
const TWICE = 0.05;
const UNORDERED = 0.27;
/** This share comes with the next day's file. */
const LATE = 0.03;

/**
 * Writes log files below `folder` under the keys that CloudTrail gives them, one for each account,
 * region and day that has events, and says how many. Nothing here was delivered by AWS.
 */
export async function writeTrail(folder: string, world: World, done: readonly Done[]): Promise<number> {
  const random = randomOf(20_260_928);
  const events = [
    ...done.flatMap(eventsOf),
    ...storyEvents(world),
    ...days().flatMap((day) => routineEvents(world, day)),
  ];
  const recorded = events
    .filter((event) => !isUnrecorded(event, done))
    .map((event) => recordOf(event, random))
    .sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
  const files = [...filesOf(recorded, random)];
  for (const [key, records] of files) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, gzipSync(Buffer.from(JSON.stringify({ Records: records })), { level: 9, mtime: 0 }));
  }
  return files.length;
}

/** While the trail of an account is stopped nothing of it is recorded; the stop itself is. */
function isUnrecorded({ account, at, call }: Event, done: readonly Done[]): boolean {
  const time = (name: string) => done.find((it) => it.calls.some((made) => made.call === name))?.change.at ?? '';
  const [stop, start] = [time('cloudtrail:StopLogging'), time('cloudtrail:StartLogging')];
  return account === DEVELOPMENT && !call.startsWith('cloudtrail:') && stop < at && at < start;
}

function filesOf(records: readonly TrailRecord[], random: Random): Map<string, TrailRecord[]> {
  const groups = new Map<string, TrailRecord[]>();
  for (const record of records) {
    const day = record.eventTime.slice(0, 10);
    const later = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
    const isTwice = random() < TWICE;
    const isLate = random() < LATE;
    const place = (of: string) => `${record.recipientAccountId} ${record.awsRegion} ${of}`;
    const last = days().at(-1) ?? day;
    if (!isLate || later > last) add(groups, place(day), record);
    if ((isLate || isTwice) && later <= last) add(groups, place(later), record);
  }
  const files = new Map<string, TrailRecord[]>();
  for (const [place, of] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [account = '', region = '', day = ''] = place.split(' ');
    files.set(keyOf(account, region, day, of, random), random() < UNORDERED ? shuffled(of, random) : of);
  }
  return files;
}

function add(groups: Map<string, TrailRecord[]>, place: string, record: TrailRecord): void {
  const group = groups.get(place) ?? [];
  group.push(record);
  groups.set(place, group);
}

/** `AWSLogs/<account>/CloudTrail/<region>/<year>/<month>/<day>/<account>_CloudTrail_<region>_<time>_<16 characters>.json.gz` */
function keyOf(account: string, region: string, day: string, records: readonly TrailRecord[], random: Random): string {
  const latest = Math.max(
    ...records.filter((it) => it.eventTime.startsWith(day)).map((it) => Date.parse(it.eventTime)),
  );
  const end = Date.parse(`${day}T23:55:00Z`);
  const delivered = Math.min(Number.isFinite(latest) ? latest + between(random, 120, 420) * 1000 : end, end);
  const time = new Date(delivered - (delivered % 300_000)).toISOString().replaceAll(/[-:]/g, '').slice(0, 13);
  const name = `${account}_CloudTrail_${region}_${time}Z_${fileSuffix(random)}.json.gz`;
  return `AWSLogs/${account}/CloudTrail/${region}/${day.replaceAll('-', '/')}/${name}`;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
