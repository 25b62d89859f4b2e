import type { Report } from '../../../model/report.ts';
import { PATHS } from '../../paths.ts';
import { findingList } from '../fault.ts';
import type { Pack } from '../pack.ts';
import { type Placed, placed, placeOf, replayPopulation } from '../population.ts';
import type { StepOutcome } from '../types.ts';

/**
 * Every observation of the report's sources in its period, recomputed from the evidence of the pack:
 * who was looked at, with which outcome. And every digest that the report prints is one of them.
 */
export async function population(pack: Pack): Promise<StepOutcome> {
  const [{ evidence, observations }, report] = [await pack.bodies(), await pack.report()];
  const sources = new Set(report.controls.flatMap((control) => control.sources.map((it) => it.source)));
  const asked = observations
    .flatMap(placed)
    .filter((it) => sources.has(it.observation.source) && isWithin(report.period, it.observation.day));
  const states = Map.groupBy(evidence, placeOf);
  const { findings, add } = findingList();
  for (const [place, group] of Map.groupBy(asked, keyOf)) {
    for (const { at, message } of replayPopulation(states.get(place) ?? [], group)) {
      const { observation, account, region, line } = at;
      add({
        file: PATHS.bodies,
        line,
        message: `${observation.source} in ${account} ${region} on ${observation.day}: ${message}`,
      });
    }
  }
  const digests = new Set(asked.map((it) => `${keyOf(it)}\t${it.observation.digest}`));
  for (const unknown of printedDigests(report).filter((it) => !digests.has(it))) {
    const [source, account, region] = unknown.split('\t');
    add({
      file: PATHS.json,
      message: `${source}: its digest for ${account}/${region} is that of no observation in the pack`,
    });
  }
  return { findings };
}

/** A body may hold observations of days outside the period, whose evidence is no part of the pack. */
const isWithin = (period: Report['period'], day: string): boolean => day >= period.from && day <= period.to;

const keyOf = ({ observation, account, region }: Placed): string =>
  placeOf({ source: observation.source, account, region });

function printedDigests(report: Report): string[] {
  return report.controls.flatMap(({ sources }) =>
    sources.flatMap(({ source, digests }) =>
      Object.entries(digests).map(([place, digest]) => `${source}\t${place.replace('/', '\t')}\t${digest}`),
    ),
  );
}
