import type { Service } from '../../src/collect/service.ts';
import { didYouMean } from '../../src/evaluate/nearest.ts';
import { CheckId } from '../../src/model/check.ts';
import { WitnessmarkError } from '../../src/model/error.ts';
import { sentence, type Written } from './written.ts';

/** What may be said beside the id of a check. */
export interface CheckOptions {
  /** Resource type; the service's first one where left out. */
  readonly resource?: string | undefined;
  /** The fact that the check begins with; the type's first one where left out. */
  readonly fact?: string | undefined;
}

/** What a template must know of the project. */
export interface CheckContext {
  readonly services: readonly Service[];
  /** Ids that are taken. */
  readonly taken: ReadonlySet<string>;
  readonly hasFile: (path: string) => boolean;
}

/** One check that asks whether a fact is there, with an example of each kind: at the end of its service's file. */
export function newCheck(id: string, options: CheckOptions, { services, taken, hasFile }: CheckContext): Written {
  if (!CheckId.safeParse(id).success)
    throw new WitnessmarkError('new-name', `check "${id}": expected <service>-<noun>-<statement> in lower case`);
  if (taken.has(id)) throw new WitnessmarkError('new-exists', `the check ${id} is there already`);
  const name = id.slice(0, id.indexOf('-'));
  const service = services.find((it) => it.id === name);
  if (service === undefined) {
    const ids = services.map((it) => it.id);
    throw new WitnessmarkError('new-name', `check "${id}": no service "${name}"${didYouMean(name, ids)}`, {
      hint: `it begins with one of ${ids.join(', ')}; or npm run new service ${name}`,
    });
  }
  const { type, fact } = subjectOf(service, options);
  const path = `frameworks/checks/${name}.yaml`;
  const text = checkText({ id, type, fact });
  const next = [
    'write the statement, the expression, the reason and the remediation, and examples from real answers',
    `npx witnessmark check test ${id}`,
    'name it in a control: until then the linter warns that no framework uses it, and `npm test` fails',
  ];
  if (hasFile(path)) return { files: new Map(), append: { path, text: `\n${text}` }, next };
  return { files: new Map([[path, `service: ${name}\nchecks:\n${text}`]]), next };
}

function subjectOf(service: Service, { resource, fact }: CheckOptions): { type: string; fact: string } {
  const types = service.populations.map((it) => it.type);
  const type = resource ?? types[0] ?? '';
  const reader = service.populations.find((it) => it.type === type);
  if (reader === undefined)
    throw new WitnessmarkError('new-resource', `--resource ${type}: ${service.id} reads ${types.join(', ')}`);
  const facts = Object.keys(reader.facts);
  const chosen = fact ?? facts[0] ?? '';
  if (facts.includes(chosen)) return { type, fact: chosen };
  throw new WitnessmarkError('new-fact', `--fact ${chosen}: ${type} has ${facts.join(', ')}`);
}

function checkText({ id, type, fact }: { id: string; type: string; fact: string }): string {
  return `  - id: ${id}
    title: ${sentence(id)}
    resource: ${type}
    severity: medium
    expect: resource.${fact} != null
    reason: 'resource.${fact} == null ? "There is no ${fact}." : "There is a ${fact}."'
    remediation: Say in one sentence what to change so that the statement holds.
    examples:
      - pass: { ${fact}: something }
      - fail: { ${fact}: null }
      - inconclusive: {}
        unread: [${fact}]
`;
}
