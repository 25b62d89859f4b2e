import type { ControlResult, FailingInterval, SourceResult } from '../../../model/report.ts';
import { count, duration, plural } from '../../numbers.ts';
import { type Remediation, remediationOf } from '../../remediation.ts';
import type { Canvas } from '../file/canvas.ts';
import { paragraph } from '../text/text.ts';

/** How long it took to put right what failed under a source; undefined where nothing failed that lasts. */
export function sourceRemediation(source: SourceResult): string | undefined {
  const found = remediationOf(lasting([source]));
  return found.total === 0 ? undefined : remediationText(found);
}

/** One line with the same over all sources of a control that count towards its verdict. */
export function controlRemediation(canvas: Canvas, control: ControlResult): void {
  const counted = control.sources.filter((it) => it.strength !== 'supporting');
  const failed = counted.filter((it) => it.events === undefined && it.failing.length > 0).length;
  const found = remediationOf(lasting(counted));
  if (found.total === 0) return;
  const text = remediationText(found);
  const runs = [
    { text: 'Time to remediate. ', face: 'bold' as const },
    failed > 1 ? `Over ${count(failed)} sources: ${text.charAt(0).toLowerCase()}${text.slice(1)}` : text,
  ];
  paragraph(canvas, runs, { after: 5 });
}

/** Failures that last; about an event that happened there is nothing to put right. */
function* lasting(sources: readonly SourceResult[]): Generator<FailingInterval> {
  for (const source of sources) if (source.events === undefined) yield* source.failing;
}

/** `Put right: 3 of 4 failures; median 2 d, longest 6 d; 1 open since 2026-10-12.` Days are UTC. */
export function remediationText(it: Remediation): string {
  const parts = [`Put right: ${count(it.putRight)} of ${plural(it.total, 'failure')}${time(it)}`];
  if (it.open > 0) parts.push(`${open(it)}${accepted(it)}`);
  if (it.unknown > 0) parts.push(`${count(it.unknown)} of which it is not known whether it ended`);
  return `${parts.join('; ')}.`;
}

function time({ putRight, median, longest }: Remediation): string {
  if (median === null || longest === null) return '';
  return putRight === 1 ? `, after ${duration(longest)}` : `; median ${duration(median)}, longest ${duration(longest)}`;
}

function open(it: Remediation): string {
  const since = it.openSince?.slice(0, 10) ?? '';
  return it.open === 1 ? `1 open since ${since}` : `${count(it.open)} open, the oldest since ${since}`;
}

function accepted(it: Remediation): string {
  if (it.accepted === 0) return '';
  if (it.open === 1) return ', accepted under an exception';
  return it.accepted === it.open
    ? ', all accepted under exceptions'
    : `, ${count(it.accepted)} of them accepted under an exception`;
}
