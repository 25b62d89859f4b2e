import { didYouMean } from '../evaluate/nearest.ts';
import { type Catalogue, type FrameworkDocument, problemAt } from './catalogue.ts';
import type { Problem } from './problem.ts';

const MAX_LISTED = 10;

/** A framework that names an official catalogue holds all of its ids and no others. */
export function lintOfficial(document: FrameworkDocument, { official, frameworks }: Catalogue): Problem[] {
  const { catalogue, framework } = document.head;
  if (catalogue === undefined) return [];
  const ids = official.get(catalogue);
  if (ids === undefined) {
    const message = `unknown catalogue "${catalogue}"${didYouMean(catalogue, official.keys())}`;
    return [problemAt(document.place, ['catalogue'], { code: 'catalog-official-unknown', message })];
  }
  const sets = frameworks.get(framework)?.control_sets;
  if (sets === undefined) return [];
  const held = sets.flatMap((set) => set.controls.map((it) => it.id));
  const missing = [...ids].filter((id) => !held.includes(id));
  return [
    ...held.filter((id) => !ids.has(id)).map((id) => invented(document, id, ids)),
    ...(missing.length === 0 ? [] : [absent(document, missing)]),
  ];
}

function invented(document: FrameworkDocument, id: string, ids: ReadonlySet<string>): Problem {
  const message = `"${id}" is no official id of ${document.head.catalogue}${didYouMean(id, ids)}`;
  const rule = { code: 'catalog-official-invented', message };
  for (const { set, place } of document.sets) {
    const index = set.controls.findIndex((it) => it.id === id);
    if (index >= 0) return problemAt(place, ['controls', index, 'id'], rule);
  }
  return problemAt(document.place, ['catalogue'], rule);
}

function absent(document: FrameworkDocument, missing: readonly string[]): Problem {
  const more = missing.length > MAX_LISTED ? ` and ${missing.length - MAX_LISTED} more` : '';
  const list = missing.slice(0, MAX_LISTED).join(', ') + more;
  const message = `official ids of ${document.head.catalogue} are missing: ${list}`;
  return problemAt(document.place, ['catalogue'], { code: 'catalog-official-missing', message });
}
