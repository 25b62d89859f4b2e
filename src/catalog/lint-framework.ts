import { didYouMean } from '../evaluate/nearest.ts';
import { mergeParams } from '../evaluate/params.ts';
import { type EvidenceSource, sourceKey } from '../model/framework.ts';
import { unknownToAws } from './aws-names.ts';
import { type Catalogue, type FrameworkDocument, type Place, placeIn, problemAt } from './catalogue.ts';
import type { Problem } from './problem.ts';

/** Rules over the sources that a framework's own files name. What it takes from a base is the base's matter. */
export function lintDocument({ sets, head, place }: FrameworkDocument, catalogue: Catalogue): Problem[] {
  const own = sets.flatMap(({ set, place: setPlace }) =>
    set.controls.flatMap((control, index) => {
      const at = placeIn(setPlace, ['controls', index, 'sources']);
      return lintSources(control.sources, at, catalogue);
    }),
  );
  const changed = head.override.flatMap((override, index) =>
    lintSources(override.sources ?? [], placeIn(place, ['override', index, 'sources']), catalogue),
  );
  return [...own, ...changed];
}

function lintSources(sources: readonly EvidenceSource[], place: Place, catalogue: Catalogue): Problem[] {
  const seen = new Set<string>();
  return sources.flatMap((source, index) => {
    const key = sourceKey(source);
    const at = placeIn(place, [index]);
    const twice = seen.has(key) ? [repeated(at, key)] : [];
    seen.add(key);
    return [...twice, ...lintSource(source, at, catalogue)];
  });
}

function lintSource(source: EvidenceSource, place: Place, catalogue: Catalogue): Problem[] {
  if ('check' in source) return lintCheckSource(source, place, catalogue);
  if ('cloudtrail' in source) return lintEventSource(source, place, catalogue);
  if ('manual' in source) return [];
  return unknownToAws(source, place, catalogue);
}

function lintCheckSource(
  source: Extract<EvidenceSource, { check: string }>,
  place: Place,
  { checks, declared }: Catalogue,
): Problem[] {
  const found = checks.get(source.check);
  if (found === undefined) return unknown(place, 'check', source.check, declared.checks);
  return mergeParams(found.check, source.with ?? {}).problems.map((it) =>
    problemAt(place, ['with', it.name], { code: it.code.replace('evaluate-', 'catalog-'), message: it.message }),
  );
}

function lintEventSource(
  source: Extract<EvidenceSource, { cloudtrail: string }>,
  place: Place,
  { events, declared }: Catalogue,
): Problem[] {
  const found = events.get(source.cloudtrail);
  if (found === undefined) return unknown(place, 'cloudtrail', source.cloudtrail, declared.events);
  if (source.strength !== 'direct' || found.selector.expect !== 'any') return [];
  const message = `"${source.cloudtrail}" expects nothing (expect: any), so it cannot be direct evidence`;
  return [problemAt(place, ['strength'], { code: 'catalog-over-claim', message })];
}

/** A check that stands in a file but is wrong there has been reported there. */
function unknown(place: Place, key: 'check' | 'cloudtrail', name: string, declared: ReadonlySet<string>): Problem[] {
  if (declared.has(name)) return [];
  const what = key === 'check' ? 'check' : 'event selector';
  const message = `unknown ${what} "${name}"${didYouMean(name, declared)}`;
  return [problemAt(place, [key], { code: `catalog-${key === 'check' ? 'check' : 'event'}-unknown`, message })];
}

function repeated(place: Place, key: string): Problem {
  return problemAt(place, [], { code: 'catalog-duplicate-source', message: `the control has the source ${key} twice` });
}
