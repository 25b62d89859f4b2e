import { VERDICTS } from '../../../report/words.ts';
import type { ControlSummary } from '../summary.ts';
import { code, el } from './dom.ts';

/** The controls of the report with their verdicts and first failures, to be searched. */
export function controlsView(controls: readonly ControlSummary[]): HTMLElement {
  const search = el('input', {
    id: 'search',
    type: 'search',
    autocomplete: 'off',
    placeholder: 'id, title, resource or account',
  });
  const wanted = el(
    'select',
    { id: 'wanted' },
    el('option', { value: '' }, 'all verdicts'),
    ...Object.entries(VERDICTS).map(([value, { word }]) => el('option', { value }, word)),
  );
  const found = el('p', { role: 'status', class: 'found' });
  const rows = controls.map((control) => ({ control, text: searched(control), element: row(control) }));
  const filter = (): void => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const { control, text, element } of rows) {
      const isWanted = wanted.value === '' || wanted.value === control.verdict;
      element.hidden = !isWanted || !words.every((word) => text.includes(word));
      if (!element.hidden) shown += 1;
    }
    found.textContent = `${shown} of ${controls.length} controls`;
  };
  search.addEventListener('input', filter);
  wanted.addEventListener('change', filter);
  filter();
  return el(
    'section',
    { 'aria-labelledby': 'controls-head', class: 'controls' },
    el('h2', { id: 'controls-head' }, 'Controls'),
    el(
      'div',
      { class: 'filters' },
      el('label', { for: 'search' }, 'Search'),
      search,
      el('label', { for: 'wanted' }, 'Verdict'),
      wanted,
    ),
    found,
    ...rows.map((it) => it.element),
  );
}

const searched = ({ id, title, failing }: ControlSummary): string =>
  [id, title, ...failing.flatMap((it) => [it.name, it.subject, it.account, it.source])].join('\n').toLowerCase();

function row({ id, title, verdict, reasons, failing, failingCount }: ControlSummary): HTMLDetailsElement {
  const hidden = failingCount - failing.length;
  return el(
    'details',
    { class: `control ${verdict}` },
    el('summary', {}, el('strong', {}, id), ` ${title} `, el('span', { class: 'word' }, VERDICTS[verdict].word)),
    ...reasons.map((it) => el('p', {}, it)),
    failing.length === 0 ? undefined : failures(failing),
    hidden > 0 ? el('p', {}, `and ${hidden} more: see failing.csv of the pack`) : undefined,
  );
}

function failures(failing: ControlSummary['failing']): HTMLElement {
  const heads = ['Subject', 'Account', 'Region', 'From', 'To', 'Reason'];
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'What failed in the period' },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...heads.map((it) => el('th', { scope: 'col' }, it)))),
      el(
        'tbody',
        {},
        ...failing.map(({ subject, account, region, from, to, reason }) =>
          el(
            'tr',
            {},
            el('td', {}, code(subject)),
            ...[account, region, from, to ?? 'still fails', reason].map((it) => el('td', {}, it)),
          ),
        ),
      ),
    ),
  );
}
