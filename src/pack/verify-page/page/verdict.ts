import type { VerifyResult } from '../../verify/types.ts';
import { el } from './dom.ts';

/** What the page says in large letters: one of four, and never more than was found. */
interface Said {
  readonly kind: 'trusted' | 'untrusted' | 'refused' | 'unknown';
  readonly head: string;
  readonly text: string;
  readonly list?: readonly string[];
}

/** The verdict on a pack that was looked at. */
export function verdictOf(result: VerifyResult): HTMLElement {
  return shown(saidOf(result));
}

/** That there is no verdict, and why. */
export function noVerdict(message: string): HTMLElement {
  return shown({ kind: 'unknown', head: 'Not verified', text: `The pack could not be looked at: ${message}` });
}

function saidOf({ ok, steps, warnings }: VerifyResult): Said {
  const failed = steps.filter((it) => !it.ok);
  if (!ok) {
    const [text, list] = [`${failed.length} of ${steps.length} steps failed. Do not rely on this pack.`, failed];
    return {
      kind: 'refused',
      head: 'Refused',
      text,
      list: list.map((it) => `Does not hold: ${it.title} (${it.code})`),
    };
  }
  const all = `All ${steps.length} steps passed: nothing is wrong with this pack.`;
  if (warnings.length === 0)
    return { kind: 'trusted', head: 'Verified', text: `${all} It was made with the keys that you gave.` };
  return {
    kind: 'untrusted',
    head: 'Consistent, but not yet tied to anyone',
    text: `${all} But whoever makes a pack puts keys into it, so this does not say who made it. Compare what follows with keys that you got from elsewhere:`,
    list: warnings,
  };
}

function shown({ kind, head, text, list = [] }: Said): HTMLElement {
  return el(
    'div',
    { class: `verdict ${kind}`, 'data-verdict': kind },
    el('span', { class: 'mark', 'aria-hidden': 'true' }),
    el(
      'div',
      {},
      el('h2', { id: 'verdict-head' }, head),
      el('p', {}, text),
      list.length === 0 ? undefined : el('ul', {}, ...list.map((it) => el('li', {}, it))),
    ),
  );
}
