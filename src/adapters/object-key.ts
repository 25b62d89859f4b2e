import { WitnessmarkError } from '../model/error.ts';

const KEY = /^[A-Za-z0-9._/-]{1,900}$/;

/** The key, if every store can hold it; throws `objects-key-invalid` on anything else, such as `../x`. */
export function checkKey(key: string): string {
  const segments = key.split('/');
  if (KEY.test(key) && segments.every((it) => it !== '' && it !== '.' && it !== '..')) return key;
  throw invalid(key);
}

/** A prefix of valid keys: its last segment may be cut anywhere, `''` is the prefix of all. */
export function checkPrefix(prefix: string): string {
  const folders = prefix.split('/').slice(0, -1);
  const allowed = prefix === '' || KEY.test(prefix);
  if (allowed && folders.every((it) => it !== '' && it !== '.' && it !== '..')) return prefix;
  throw invalid(prefix);
}

function invalid(key: string): WitnessmarkError {
  const shown = JSON.stringify(key.slice(0, 200));
  return new WitnessmarkError('objects-key-invalid', `expected a relative path of [A-Za-z0-9._/-], got ${shown}`);
}
