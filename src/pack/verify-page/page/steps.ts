import type { Finding, StepResult } from '../../verify/types.ts';
import { STEPS } from '../../verify/verify.ts';
import { code, el } from './dom.ts';
import { GIVEN, PROVES } from './words.ts';

type State = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';

const WORDS: Readonly<Record<State, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  passed: 'Passed',
  failed: 'Failed',
  skipped: 'Not reached',
};

/** Findings of one step that are listed; the saved result holds more. */
const SHOWN = 200;

/** The list of steps on the page, each with its state. */
export interface StepList {
  readonly element: HTMLOListElement;
  /** A step has begun, or ended with a result. */
  show(step: string, result?: StepResult): void;
  /** Nothing more will come. */
  end(): void;
}

export function stepList(): StepList {
  const element = el('ol', { class: 'steps' });
  const items = new Map<string, HTMLLIElement>();
  const put = (id: string, made: HTMLLIElement): void => {
    const before = items.get(id);
    if (before === undefined) element.prepend(made);
    else before.replaceWith(made);
    items.set(id, made);
  };
  for (const step of STEPS.toReversed()) put(step.code, item('waiting', step));
  return {
    element,
    show(id, result) {
      const step = result ?? STEPS.find((it) => it.code === id);
      if (step === undefined) return;
      put(id, result === undefined ? item('running', step) : item(result.ok ? 'passed' : 'failed', step, result));
    },
    end() {
      for (const step of STEPS) {
        const state = items.get(step.code)?.dataset.state;
        if (state === 'waiting' || state === 'running') put(step.code, item('skipped', step));
      }
    },
  };
}

interface Titled {
  readonly code: string;
  readonly title: string;
}

function item(state: State, step: Titled, result?: StepResult): HTMLLIElement {
  const proves = PROVES[step.code];
  return el(
    'li',
    { class: `step ${state}`, 'data-code': step.code, 'data-state': state },
    el('span', { class: 'state' }, el('span', { class: 'mark', 'aria-hidden': 'true' }), WORDS[state]),
    el(
      'div',
      {},
      el('h3', {}, `${step.title} `, code(step.code)),
      proves === undefined ? undefined : el('p', { class: 'proves' }, proves),
      ...(result === undefined
        ? []
        : [findings(result), ...result.notes.map((it) => el('p', { class: 'note' }, `Note: ${it}`))]),
    ),
  );
}

function findings({ findings: found }: StepResult): HTMLElement | undefined {
  if (found.length === 0) return undefined;
  const hidden = found.length - SHOWN;
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What was found' },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...['File', 'Line', 'What is wrong'].map((it) => el('th', { scope: 'col' }, it)))),
      el('tbody', {}, ...found.slice(0, SHOWN).map(row)),
    ),
    hidden > 0 ? el('p', {}, `and ${hidden} more`) : undefined,
  );
}

const row = ({ file, line, message }: Finding): HTMLTableRowElement =>
  el(
    'tr',
    {},
    el('td', {}, code(GIVEN[file] ?? file)),
    el('td', {}, line === undefined ? '' : String(line)),
    el('td', {}, message),
  );
