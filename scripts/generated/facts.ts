import type { loadServices } from '../../src/collect/services.ts';
import { cell, code, page, table } from './markdown.ts';

type Loaded = Awaited<ReturnType<typeof loadServices>>;

/** `docs/FACTS.md`: every fact of every resource type with what it means, by service. */
export function factsPage({ services }: Loaded): string {
  const types = services.flatMap((it) => it.populations);
  const facts = types.reduce((sum, it) => sum + Object.keys(it.facts).length, 0);
  return page('Facts', [
    `${facts} facts of ${types.length} resource types of ${services.length} services. Expressions of checks may use the facts of their resource type and no others. \`null\` is what the service itself says is absent; a fact that could not be read has no value, and what rests on it is inconclusive.`,
    ...services.map(({ id, populations }) => [`## ${id}`, ...populations.map(typeSection)].join('\n\n')),
  ]);
}

function typeSection({ type, facts }: Loaded['services'][number]['populations'][number]): string {
  const rows = Object.entries(facts).map(([name, meaning]) => [code(name), cell(meaning)]);
  return `**${code(type)}**\n\n${table(['Fact', 'Meaning'], rows)}`;
}
