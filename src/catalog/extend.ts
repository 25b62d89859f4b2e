import { didYouMean } from '../evaluate/nearest.ts';
import { type Control, type ControlSet, type Framework, type FrameworkFile, sourceKey } from '../model/framework.ts';
import { type FrameworkDocument, type Place, problemAt } from './catalogue.ts';
import type { Problem } from './problem.ts';

type Override = FrameworkFile['override'][number];

export interface Extended {
  /** Absent where the result would not be a framework. */
  readonly framework?: Framework;
  readonly problems: readonly Problem[];
}

/**
 * The framework that a document makes of its base (or of nothing): the base's sets without what is
 * removed, with overrides, then the document's own sets. A set of the same id is added to, every
 * other one comes after the base's.
 */
export function extend(document: FrameworkDocument, base: Framework | undefined): Extended {
  const problems: Problem[] = [];
  const context = { document, problems };
  const kept = removeFrom(base?.control_sets ?? [], context);
  const overridden = overrideIn(kept, context);
  const sets = addTo(overridden, context).filter((it) => it.controls.length > 0);
  if (sets.length === 0) problems.push(wrong(document.place, ['framework'], 'the framework has no controls'));
  if (problems.length > 0) return { problems };
  const { extends: _base, override: _override, remove: _remove, ...head } = document.head;
  return { framework: { ...head, control_sets: sets }, problems };
}

interface Context {
  readonly document: FrameworkDocument;
  readonly problems: Problem[];
}

function removeFrom(sets: readonly ControlSet[], { document, problems }: Context): ControlSet[] {
  const known = sets.flatMap((it) => [it.id, ...it.controls.map((control) => control.id)]);
  for (const [index, { id }] of document.head.remove.entries())
    if (!known.includes(id))
      problems.push(wrong(document.place, ['remove', index, 'id'], unknown('control or control set', id, known)));
  const gone = new Set(document.head.remove.map((it) => it.id));
  return sets
    .filter((it) => !gone.has(it.id))
    .map((set) => ({ ...set, controls: set.controls.filter((it) => !gone.has(it.id)) }));
}

function overrideIn(sets: readonly ControlSet[], { document, problems }: Context): ControlSet[] {
  const known = sets.flatMap((it) => it.controls.map((control) => control.id));
  const overrides = new Map<string, { override: Override; index: number }>();
  for (const [index, override] of document.head.override.entries()) {
    const path = ['override', index, 'id'];
    if (!known.includes(override.id))
      problems.push(wrong(document.place, path, unknown('control', override.id, known)));
    if (overrides.has(override.id)) problems.push(wrong(document.place, path, `"${override.id}" is overridden twice`));
    overrides.set(override.id, { override, index });
  }
  return sets.map((set) => ({
    ...set,
    controls: set.controls.map((control) => {
      const found = overrides.get(control.id);
      return found === undefined ? control : overrideOne(control, found.override, found.index, { document, problems });
    }),
  }));
}

function overrideOne(control: Control, override: Override, index: number, { document, problems }: Context): Control {
  const { without = [], sources = [], ...texts } = override;
  const keys = control.sources.map(sourceKey);
  for (const [position, key] of without.entries())
    if (!keys.includes(key)) {
      const message = unknown(`source in ${control.id}`, key, keys);
      problems.push(wrong(document.place, ['override', index, 'without', position], message));
    }
  const kept = control.sources.filter((it) => !without.includes(sourceKey(it)));
  const all = [...kept, ...sources];
  if (all.length === 0)
    problems.push(wrong(document.place, ['override', index, 'without'], `"${control.id}" is left without any source`));
  return { ...control, ...present(texts), sources: all };
}

/** Without the keys that are undefined, so that what is not named stays as it is. */
function present(texts: Override): Partial<Control> {
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)) as Partial<Control>;
}

function addTo(sets: readonly ControlSet[], { document, problems }: Context): ControlSet[] {
  const result = [...sets];
  const own = new Set<string>();
  const ids = new Set(sets.flatMap((it) => it.controls.map((control) => control.id)));
  for (const { set, place } of document.sets) {
    if (own.has(set.id))
      problems.push(wrong(place, ['id'], `duplicate control set "${set.id}"`, 'catalog-duplicate-id'));
    own.add(set.id);
    problems.push(...duplicates(set, place, ids));
    const at = result.findIndex((it) => it.id === set.id);
    const existing = result[at];
    if (existing === undefined) result.push(set);
    else result[at] = { ...existing, controls: [...existing.controls, ...set.controls] };
  }
  return result;
}

function duplicates(set: ControlSet, place: Place, ids: Set<string>): Problem[] {
  const problems: Problem[] = [];
  for (const [index, { id }] of set.controls.entries()) {
    if (ids.has(id)) {
      const message = `duplicate control "${id}" (a control of the base is changed under "override")`;
      problems.push(wrong(place, ['controls', index, 'id'], message, 'catalog-duplicate-id'));
    }
    ids.add(id);
  }
  return problems;
}

function unknown(what: string, id: string, known: readonly string[]): string {
  return `unknown ${what} "${id}"${didYouMean(id, known)}`;
}

function wrong(place: Place, path: readonly PropertyKey[], message: string, code = 'catalog-extends'): Problem {
  return problemAt(place, path, { code, message });
}
