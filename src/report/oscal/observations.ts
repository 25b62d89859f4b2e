import type { JsonObject } from '../../model/json.ts';
import type { SourceResult } from '../../model/report.ts';
import { count, plural } from '../numbers.ts';
import { accountId, subjectId, toolOrigin } from './assets.ts';
import { type Context, type ControlSource, observationId, observedSources } from './context.ts';
import { MAX_NAMED, type NamedSubject, type Subjects, subjectsOf, unnamed } from './named-subjects.ts';
import { present, prop, props, startOfDay } from './parts.ts';
import { statementObservations } from './statements.ts';
import { codeBlock, markup, markupLine } from './text.ts';

/** One observation for each observed source of each reviewed control, then what people stated and concluded. */
export function* observations(context: Context): Generator<JsonObject> {
  for (const it of observedSources(context.report)) yield observation(context, it);
  yield* statementObservations(context);
}

function observation(context: Context, it: ControlSource): JsonObject {
  const { control, source } = it;
  const subjects = subjectsOf(source);
  return present({
    uuid: observationId(context, it),
    title: markupLine(`${control.id}: ${source.title}`),
    description: markup(summary(source, subjects)),
    props: sourceProps(context, it, subjects),
    methods: [source.source.startsWith('check:') ? 'TEST' : 'EXAMINE'],
    types: subjects.counts.failing > 0 ? ['control-objective', 'finding'] : ['control-objective'],
    origins: [toolOrigin(context)],
    subjects: [...accountSubjects(context), ...subjects.named.map((one) => resourceSubject(context, one))],
    'relevant-evidence': relevantEvidence(context, source, subjects),
    collected: startOfDay(lastObserved(context, source)),
    remarks: remarks(context, source, subjects),
  });
}

function summary({ title, population, counts, observedDays, days, events }: SourceResult, subjects: Subjects): string {
  const { failing, excepted, inconclusive, ended } = subjects.counts;
  const what = events === undefined ? plural(population, 'subject') : plural(events, 'matched event');
  return [
    `${title}. ${what}: ${counts.compliant} compliant, ${counts.non_compliant} failing,`,
    `${counts.not_applicable} not applicable, ${counts.inconclusive} inconclusive.`,
    `Observed on ${observedDays} of ${plural(days.length, 'day')}.`,
    `Failing at the end of the period without an exception: ${failing}; under an exception: ${excepted};`,
    `failures that ended or were events: ${ended}; not judged: ${inconclusive}.`,
  ].join(' ');
}

function sourceProps(context: Context, { control, source }: ControlSource, subjects: Subjects): JsonObject[] {
  const { failing, excepted, ended, inconclusive } = subjects.counts;
  return [
    ...props({
      'control-label': control.id,
      source: source.source,
      strength: source.strength,
      population: source.population,
      compliant: source.counts.compliant,
      'non-compliant': source.counts.non_compliant,
      'not-applicable': source.counts.not_applicable,
      inconclusive: source.counts.inconclusive,
      'failing-open': failing,
      'failing-excepted': excepted,
      'failing-ended': ended,
      'inconclusive-open': inconclusive,
      'subjects-named': subjects.named.length,
      days: source.days,
      'observed-days': source.observedDays,
      observations: source.observations,
      events: source.events,
      wanted: source.wanted,
      'expression-sha256': source.expressionSha256,
      sampled: context.samples.get(source.source)?.items.length,
      'population-digests': Object.keys(source.digests).length,
    }),
    ...digestProps(source),
  ];
}

/** Digests of the newest observations, as far as they are few; the remarks say where all of them are. */
function digestProps({ digests }: SourceResult): JsonObject[] {
  const first = Object.entries(digests).slice(0, MAX_NAMED);
  return first.map(([place, digest]) => prop('population-digest', digest, `Account and region: ${place}`));
}

function accountSubjects(context: Context): JsonObject[] {
  return context.report.scope.accounts.slice(0, MAX_NAMED).map((account) => ({
    'subject-uuid': accountId(context, account),
    type: 'component',
    title: markupLine(`AWS account ${account}`),
  }));
}

function resourceSubject(context: Context, one: NamedSubject): JsonObject {
  return present({
    'subject-uuid': subjectId(context, one),
    type: 'inventory-item',
    title: markupLine(one.subject),
    props: [
      ...props({ state: one.state, from: one.from, to: one.to, exception: one.exception }),
      ...one.entries.map((entry) => prop('ledger-entry', entry)),
    ],
    remarks: markup(one.reason),
  });
}

function relevantEvidence(context: Context, source: SourceResult, subjects: Subjects): JsonObject[] {
  const { failing, excepted, ended } = subjects.counts;
  const sample = context.samples.get(source.source);
  const evidence = {
    href: 'evidence.csv',
    description: markup(`Rows with source ${source.source}: every state of every subject, with its ledger entry.`),
    props: [prop('ledger-origin', context.report.ledger.origin), prop('ledger-size', context.report.ledger.size)],
  };
  const intervals = {
    href: 'failing.csv',
    description: markup(`Rows with source ${source.source}: every failing interval.`),
    props: [prop('rows', failing + excepted + ended)],
  };
  const drawn = {
    href: 'samples.csv',
    description: markup(
      `Rows with source ${source.source}: ${plural(sample?.items.length ?? 0, 'subject')} drawn from it.`,
    ),
  };
  return [evidence, ...(failing + excepted + ended > 0 ? [intervals] : []), ...(sample ? [drawn] : [])];
}

/** The newest day of the period on which the source was observed; the first where it was not. */
function lastObserved({ report }: Context, { days }: SourceResult): string {
  const at = [...days].findLastIndex((code) => code !== '.');
  const start = Date.parse(startOfDay(report.period.from));
  return new Date(start + Math.max(at, 0) * 86_400_000).toISOString().slice(0, 10);
}

function remarks({ report }: Context, source: SourceResult, subjects: Subjects): string {
  const left = unnamed(subjects);
  const accounts = report.scope.accounts.length - MAX_NAMED;
  const digests = Object.keys(source.digests).length - MAX_NAMED;
  const told = markup(
    source.why,
    left > 0 ? `${count(left)} more not named here: failing.csv and report.json have every one.` : '',
    accounts > 0 ? `${plural(accounts, 'more account')} in scope: they are among the components.` : '',
    digests > 0 ? `${plural(digests, 'more population digest')}: report.json has every one.` : '',
  );
  const asked = [
    ...(source.applies === undefined ? [] : ['Applies where:', codeBlock(source.applies)]),
    ...(source.expect === undefined ? [] : ['Expected:', codeBlock(source.expect)]),
    ...(Object.keys(source.params).length === 0 ? [] : ['With:', codeBlock(JSON.stringify(source.params))]),
  ];
  return [told, ...asked].join('\n\n');
}
