import { canonicalize } from '../../ledger/canonical.ts';
import type { Json } from '../../model/json.ts';

/** JSON text in pieces. No piece at all stands for something that is not there. */
export type JsonText = Iterable<string>;

const CHUNK = 64 * 1024;

/** The canonical text (RFC 8785) of a value. */
export function* valueText(value: Json): Generator<string> {
  yield canonicalize(value);
}

/** An array whose items are made as they are read; nothing when there are none. */
export function* arrayText(items: Iterable<Json>): Generator<string> {
  let lead = '[';
  for (const item of items) {
    yield `${lead}${canonicalize(item)}`;
    lead = ',';
  }
  if (lead === ',') yield ']';
}

/** An array of one item. */
export function* singleText(item: JsonText): Generator<string> {
  yield '[';
  yield* item;
  yield ']';
}

/** An object with its keys in canonical order; fields without text are left out. */
export function* objectText(fields: Readonly<Record<string, JsonText>>): Generator<string> {
  let lead = '{';
  for (const key of Object.keys(fields).sort()) {
    let head = `${lead}${canonicalize(key)}:`;
    for (const piece of fields[key] ?? []) {
      yield head + piece;
      head = '';
    }
    if (head === '') lead = ',';
  }
  yield lead === '{' ? '{}' : '}';
}

/** UTF-8 bytes of pieces of text, some 64 KiB at a time. */
export function* utf8Chunks(pieces: Iterable<string>): Generator<Uint8Array> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < CHUNK) continue;
    yield Buffer.from(batch, 'utf8');
    batch = '';
  }
  if (batch !== '') yield Buffer.from(batch, 'utf8');
}
