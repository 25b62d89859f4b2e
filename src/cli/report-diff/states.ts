import { Evidence, SOURCE_REMOVED } from '../../model/evidence.ts';
import type { Report } from '../../model/report.ts';
import { PATHS } from '../../pack/paths.ts';
import { MAX_LINE } from '../../pack/verify/bodies.ts';
import { linesOf } from '../../pack/verify/lines.ts';
import type { Pack } from '../../pack/verify/pack.ts';
import type { DiffSide, SubjectState } from '../../report/diff/types.ts';
import { subjectKey } from '../../report/diff/types.ts';
import { proofFiles } from './proof-files.ts';
import type { ReadReport } from './read.ts';

/**
 * Both reports with what their packs say of the subjects that either has open: how a failure ended
 * stands in the evidence, not in report.json. Bodies that cannot be read say nothing.
 */
export async function sidesWithEvidence(old: ReadReport, now: ReadReport): Promise<[DiffSide, DiffSide]> {
  const wanted = new Set([...openSubjects(old.report), ...openSubjects(now.report)]);
  const sideOf = async ({ report, pack }: ReadReport): Promise<DiffSide> => {
    if (!pack) return { report };
    const files = await proofFiles(pack, [old.report, now.report]);
    return { report, states: await statesOf(pack, wanted), fileOf: (entry) => files.get(entry) ?? null };
  };
  return [await sideOf(old), await sideOf(now)];
}

function openSubjects({ controls }: Report): string[] {
  return controls.flatMap((control) =>
    control.sources.flatMap(({ source, failing, inconclusive }) =>
      [...failing, ...inconclusive].map((it) => subjectKey(source, it)),
    ),
  );
}

async function statesOf(pack: Pack, wanted: ReadonlySet<string>): Promise<Map<string, SubjectState[]>> {
  const states = new Map<string, SubjectState[]>();
  if (wanted.size === 0 || !pack.files.sizes.has(PATHS.bodies)) return states;
  for await (const line of linesOf(pack.files.read(PATHS.bodies), MAX_LINE)) {
    if (line.tooLong) break;
    const evidence = evidenceOf(line.bytes, wanted);
    if (evidence === undefined) continue;
    const key = subjectKey(evidence.source, evidence);
    const list = states.get(key) ?? [];
    states.set(key, list);
    list.push({
      at: evidence.at,
      outcome: evidence.outcome,
      gone: evidence.change === 'absent',
      unjudged: evidence.failures.source?.name === SOURCE_REMOVED,
    });
  }
  return states;
}

const KIND = Buffer.from('"kind":"evidence"');
const Place = Evidence.pick({ source: true, account: true, region: true, subject: true }).loose();

/** The evidence of a line, if it is about a subject that is wanted. The whole of it is checked only then: most are not. */
function evidenceOf(bytes: Uint8Array, wanted: ReadonlySet<string>): Evidence | undefined {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!line.includes(KIND)) return undefined;
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    const place = Place.safeParse(value).data;
    return place && wanted.has(subjectKey(place.source, place)) ? Evidence.safeParse(value).data : undefined;
  } catch {
    return undefined;
  }
}
