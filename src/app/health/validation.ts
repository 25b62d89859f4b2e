import { asideCount } from '../../collect/cloudtrail/match-events.ts';
import type { IngestedFile, Run } from '../../model/run.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { atMost, counted, type Measured, percent, type Span } from './measured.ts';

const MOST_RUNS = 20_000;
const SHOWN = 20;

/**
 * M3: of the answers that runs got and the records that were delivered, those that were not refused as malformed. A
 * run names each distinct failure of a task once and 100 at most, so that this is the best that can be the case.
 */
export async function validationRate(index: EvidenceIndex, { from, to, days }: Span): Promise<Measured> {
  let [answers, refusedAnswers, records, refusedRecords] = [0, 0, 0, 0];
  const refused: string[] = [];
  for await (const { body } of atMost(index.bodies('run', { from, to }), MOST_RUNS, 'runs')) {
    const malformed = malformedAnswers(body);
    answers += Math.max(body.calls, malformed.length);
    refusedAnswers += malformed.length;
    for (const file of body.files) {
      const aside = refusedIn(file);
      records += Math.max(file.records, aside);
      refusedRecords += aside;
      if (aside > 0) malformed.push(`${file.file}: ${file.malformed ?? ''}`.slice(0, 300));
    }
    refused.push(...malformed.slice(0, SHOWN - refused.length));
  }
  const all = answers + records;
  if (all === 0) return { unknown: `nothing was asked or delivered in the last ${counted(days, 'day')}` };
  const bad = refusedAnswers + refusedRecords;
  const says = `${counted(bad, 'refusal')} of ${counted(answers, 'answer')} and ${counted(records, 'delivered record')}`;
  const details = { answers, refusedAnswers, records, refusedRecords, refused };
  return { value: percent(all - bad, all), says, details };
}

const malformedAnswers = ({ failed }: Run): string[] =>
  failed.flatMap(({ failures, account, region }) =>
    failures
      .filter((it) => it.kind === 'unparsable')
      .map((it) => `${it.operation} in ${account}/${region}: ${it.message}`.slice(0, 300)),
  );

/** A file that could not be read at all counts as one record; a digest file holds none and is none. */
function refusedIn({ malformed }: IngestedFile): number {
  if (malformed === undefined || malformed.startsWith('cloudtrail-digest:')) return 0;
  return asideCount(malformed) ?? 1;
}
