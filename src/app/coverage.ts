import type { Framework, Strength } from '../model/framework.ts';
import { evidenceKey } from '../model/framework.ts';

/** How much of a framework is automated. Each control counts once, under its strongest source. */
export interface FrameworkCoverage {
  readonly framework: string;
  readonly controls: number;
  readonly direct: number;
  readonly partial: number;
  readonly supporting: number;
  readonly manualOnly: number;
  /** Distinct automated sources. */
  readonly sources: number;
}

const ORDER: readonly Strength[] = ['direct', 'partial', 'supporting'];

export function coverageOf(framework: Framework): FrameworkCoverage {
  const controls = framework.control_sets.flatMap((set) => set.controls);
  const counts = { direct: 0, partial: 0, supporting: 0, manualOnly: 0 };
  const sources = new Set<string>();
  for (const control of controls) {
    const automated = control.sources.flatMap((it) => ('manual' in it ? [] : [it]));
    for (const source of automated) sources.add(evidenceKey(source));
    counts[ORDER.find((strength) => automated.some((it) => it.strength === strength)) ?? 'manualOnly'] += 1;
  }
  return { framework: framework.framework, controls: controls.length, ...counts, sources: sources.size };
}
