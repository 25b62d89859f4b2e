import type { VerifyResult } from '../../verify/types.ts';
import { STEPS } from '../../verify/verify.ts';
import type { News } from '../protocol.ts';
import type { Summary } from '../summary.ts';
import { controlsView } from './controls.ts';
import { byId, bytesText, el } from './dom.ts';
import { given, watchGiven } from './given.ts';
import { type Running, run } from './run.ts';
import { type StepList, stepList } from './steps.ts';
import { summaryView } from './summary.ts';
import { noVerdict, verdictOf } from './verdict.ts';

let running: Running | undefined;
let chosen: File | undefined;

/** Brings the page to life. */
export function showPage(): void {
  const chooser = byId('pack', HTMLInputElement);
  chooser.addEventListener('change', () => choose(chooser.files?.[0]));
  byId('again', HTMLButtonElement).addEventListener('click', () => choose(chosen));
  byId('stop', HTMLButtonElement).addEventListener('click', stop);
  byId('print', HTMLButtonElement).addEventListener('click', () => window.print());
  watchGiven((message) => tell(message));
  takeDrops(byId('drop', HTMLElement));
  byId('start', HTMLElement).hidden = false;
}

/** A file may be dropped anywhere: next to the field, a browser would leave the page and open it. */
function takeDrops(target: HTMLElement): void {
  const mark = (over: boolean): void => void target.classList.toggle('over', over);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', () => mark(false));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    choose(event.dataTransfer?.files[0]);
  });
}

function tell(text: string): void {
  byId('progress', HTMLElement).textContent = text;
}

function setBusy(busy: boolean): void {
  byId('stop', HTMLButtonElement).hidden = !busy;
  byId('again', HTMLButtonElement).hidden = busy || chosen === undefined;
  byId('outcome', HTMLElement).setAttribute('aria-busy', String(busy));
}

function stop(): void {
  running?.stop();
  running = undefined;
  setBusy(false);
  tell('Stopped: nothing was found out.');
}

function choose(file: File | undefined): void {
  if (file === undefined) return;
  running?.stop();
  chosen = file;
  byId('chosen', HTMLElement).replaceChildren(el('strong', {}, file.name), ` (${bytesText(file.size)})`);
  const list = stepList();
  const steps = el(
    'section',
    { 'aria-labelledby': 'steps-head' },
    el('h2', { id: 'steps-head' }, 'Steps'),
    list.element,
  );
  byId('verdict', HTMLElement).replaceChildren();
  byId('details', HTMLElement).replaceChildren(steps);
  byId('after', HTMLElement).hidden = true;
  tell('Opening the zip …');
  setBusy(true);
  running = run({ file, options: given() }, (news) => take(news, list, file));
}

function take(news: News, list: StepList, file: File): void {
  if (news.kind === 'step') takeStep(news, list);
  else if (news.kind === 'read') byId('read', HTMLElement).textContent = `${bytesText(news.bytes)} read`;
  else end(news, list, file);
}

function takeStep({ code, result }: Extract<News, { kind: 'step' }>, list: StepList): void {
  list.show(code, result);
  if (result !== undefined) return;
  const at = STEPS.findIndex((it) => it.code === code);
  byId('bar', HTMLProgressElement).max = STEPS.length;
  byId('bar', HTMLProgressElement).value = at;
  tell(`Step ${at + 1} of ${STEPS.length}: ${STEPS[at]?.title}`);
}

function end(news: Extract<News, { kind: 'done' | 'failed' }>, list: StepList, file: File): void {
  setBusy(false);
  byId('read', HTMLElement).textContent = '';
  tell(news.kind === 'done' ? 'Done.' : '');
  if (news.kind === 'done') for (const it of news.result.steps) list.show(it.code, it);
  list.end();
  const verdict = byId('verdict', HTMLElement);
  verdict.replaceChildren(news.kind === 'done' ? verdictOf(news.result) : noVerdict(news.message));
  verdict.scrollIntoView({ block: 'start' });
  if (news.kind === 'done') showMore(news.result, news.summary, file);
}

function showMore(result: VerifyResult, summary: Summary | undefined, file: File): void {
  const details = byId('details', HTMLElement);
  if (summary !== undefined) {
    // What a refused pack says of itself comes after why it was refused.
    details[result.ok ? 'prepend' : 'append'](summaryView(summary, result.ok));
    details.append(controlsView(summary.controls));
  }
  byId('after', HTMLElement).hidden = false;
  const save = byId('save', HTMLAnchorElement);
  URL.revokeObjectURL(save.href);
  save.href = URL.createObjectURL(
    new Blob([`${JSON.stringify(result, undefined, 2)}\n`], { type: 'application/json' }),
  );
  save.download = `${file.name}.verified.json`;
  const when = `${new Date().toISOString().slice(0, 19)}Z`;
  byId('when', HTMLElement).replaceChildren(
    el('span', {}, `${file.name}, ${bytesText(file.size)}, examined at ${when}.`),
  );
}
