import type { VerifyOptions } from '../../verify/types.ts';
import { byId } from './dom.ts';

/** Largest key, certificate or checkpoint file that is read, as on the command line. */
const MAX_BYTES = 64 * 1024;

const FIELDS = ['key', 'root', 'since'] as const;
type Field = (typeof FIELDS)[number];

const areaOf = (field: Field): HTMLTextAreaElement => byId(field, HTMLTextAreaElement);

/** Lets each field for what comes from elsewhere be filled from a file. */
export function watchGiven(problem: (message: string) => void): void {
  for (const field of FIELDS) {
    const chooser = byId(`${field}-file`, HTMLInputElement);
    chooser.addEventListener('change', () => {
      const [file] = chooser.files ?? [];
      if (file === undefined) return;
      if (file.size > MAX_BYTES)
        problem(`${file.name}: ${file.size} bytes are more than the ${MAX_BYTES} that such a file may have`);
      else
        file.text().then(
          (text) => (areaOf(field).value = text),
          () => problem(`${file.name} cannot be read`),
        );
      chooser.value = '';
    });
  }
}

/** What the reader gave; an empty field is nothing given. */
export function given(): VerifyOptions {
  const text = (field: Field): string => areaOf(field).value.trim();
  const verifierKeys = text('key')
    .split('\n')
    .map((it) => it.trim())
    .filter((it) => it !== '');
  return {
    ...(verifierKeys.length > 0 ? { verifierKeys } : {}),
    ...(text('root') === '' ? {} : { trustedRoot: `${text('root')}\n` }),
    ...(text('since') === '' ? {} : { since: areaOf('since').value.replaceAll('\r\n', '\n') }),
  };
}
