// biome-ignore lint/style/noRestrictedImports: a pure function, and a page must show as little as a terminal what steers or hides
import { printable } from '../../../cli/printable.ts';

type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | undefined>>;

/**
 * An element of the page. Text, whoever wrote it, becomes text and never markup; what would hide in it
 * or reorder it is shown as `\u{…}`, as on the command line.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.flatMap((it) => (it === undefined ? [] : [typeof it === 'string' ? printable(it) : it])));
  return made;
}

/** An element that the page's own markup holds. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${type.name} #${id}`);
}

/** Terms with what they are, those left out that are undefined. */
export function definitions(rows: readonly (readonly [term: string, value: Child])[]): HTMLDListElement {
  const shown = rows.filter(([, value]) => value !== undefined);
  return el('dl', {}, ...shown.flatMap(([term, value]) => [el('dt', {}, term), el('dd', {}, value)]));
}

/** Text that is compared by eye. */
export const code = (text: string): HTMLElement => el('code', {}, text);

/** A number of bytes in the unit that suits it. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
