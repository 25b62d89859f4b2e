import type { JsonObject } from '../../model/json.ts';
import type { ControlResult } from '../../model/report.ts';
import { VERDICTS } from '../words.ts';
import { type Context, isReviewed, tokenOf } from './context.ts';
import { objectiveId } from './findings.ts';
import { present, prop } from './parts.ts';
import { markup, markupLine } from './text.ts';

/**
 * What each control is and how it is tested, in the framework's own words: no OSCAL catalog of the
 * framework comes with the pack, so that the ids of the findings lead here.
 */
export function* controlObjectives(context: Context): Generator<JsonObject> {
  for (const control of context.report.controls) yield objective(context, control);
}

function objective(context: Context, control: ControlResult): JsonObject {
  const part = present({
    id: objectiveId(context, control),
    name: 'assessment-objective',
    title: markupLine(control.title),
    prose: markup(control.description ?? control.title),
  });
  const method = present({
    id: `${tokenOf(context, control.id)}_test`,
    name: 'assessment-method',
    prose: control.testing === undefined ? undefined : markup(control.testing),
  });
  return {
    'control-id': tokenOf(context, control.id),
    description: markup(`${control.id}: ${control.title}`),
    props: [prop('control-label', control.id), prop('control-set', control.set)],
    parts: control.testing === undefined ? [part] : [part, method],
  };
}

/** The controls that were assessed, and those that were left out, each with the reason. */
export function reviewedControls(context: Context): JsonObject {
  const { controls, framework } = context.report;
  const reviewed = controls.filter(isReviewed);
  const left = controls.filter((it) => !isReviewed(it));
  const byId = (it: ControlResult): JsonObject => ({ 'control-id': tokenOf(context, it.id) });
  const selection = present({
    description: markup(`${reviewed.length} of ${controls.length} controls of ${framework.title}.`),
    props: left.map((it) => ({ ...prop('control-left-out', it.id, it.reasons.join(' ')), class: it.verdict })),
    // OSCAL asks for one of the two; all but all of them is none.
    ...(reviewed.length === 0 ? { 'include-all': {} } : { 'include-controls': reviewed.map(byId) }),
    'exclude-controls': left.map(byId),
    ...(left.length > 0 ? { remarks: markup(leftOut(left)) } : {}),
  });
  return present({
    'control-selections': [selection],
    'control-objective-selections':
      reviewed.length === 0
        ? undefined
        : [{ 'include-objectives': reviewed.map((it) => ({ 'objective-id': objectiveId(context, it) })) }],
  });
}

function leftOut(controls: readonly ControlResult[]): string {
  const words = [...new Set(controls.map((it) => VERDICTS[it.verdict].word.toLowerCase()))].sort();
  return `Excluded controls are ${words.join(' or ')}: OSCAL would call them not-satisfied, which would read as a failure, so they have no finding. Their reasons are in the properties.`;
}
