import { WitnessmarkError } from '../../../model/error.ts';
import { STATE_KEY } from './keys.ts';
import { type Condition, getOne, IF_ABSENT, type Item, keyItem, numberAt, put, type Table } from './requests.ts';

/** Raised whenever the items change; a table of another layout is not read. */
const LAYOUT = 1;

/** What of the table is visible: the entries below `size` of this generation. */
export interface State {
  readonly generation: number;
  readonly size: number;
}

/** A table in which nothing was ever applied. */
const NEW: State = { generation: 0, size: 0 };

/** The state in its item. Throws `index-layout` and `index-damaged`. */
export function stateOf(item: Item | undefined): State {
  if (item === undefined) return NEW;
  const layout = numberAt(item, 'layout');
  if (layout === LAYOUT) return { generation: numberAt(item, 'generation'), size: numberAt(item, 'size') };
  throw new WitnessmarkError('index-layout', `the table has layout ${layout}, this software expects ${LAYOUT}`, {
    hint: 'make an empty table and run `witnessmark replay` into it, or use the software that wrote this one',
  });
}

/** The state as it is now. */
export async function readState(table: Table): Promise<State> {
  return stateOf(await getOne(table, STATE_KEY));
}

/** Writes a state where the one before is still there; whether it was. */
export async function replaceState(table: Table, before: State, after: State): Promise<boolean> {
  const item = {
    ...keyItem(STATE_KEY),
    layout: { N: String(LAYOUT) },
    generation: { N: String(after.generation) },
    size: { N: String(after.size) },
  };
  if (await put(table, item, isStill(before))) return true;
  return before === NEW && put(table, item, IF_ABSENT);
}

function isStill({ generation, size }: State): Condition {
  return {
    ConditionExpression: '#generation = :generation AND #size = :size',
    ExpressionAttributeNames: { '#generation': 'generation', '#size': 'size' },
    ExpressionAttributeValues: { ':generation': { N: String(generation) }, ':size': { N: String(size) } },
  };
}

/**
 * Makes the entries from `from.size` to `size` visible, all of whose items are written. Another writer may
 * have done so for some or all of them meanwhile, or this one, when its answer was lost.
 */
export async function advance(table: Table, from: State, size: number): Promise<void> {
  for (let before = from; !(await replaceState(table, before, { ...from, size })); ) {
    const now = await readState(table);
    if (now.generation !== from.generation || now.size < from.size) throw cleared(table);
    if (now.size >= size) return;
    before = now;
  }
}

/** Another one has cleared the table while this one wrote or read. */
export function cleared(table: Table): WitnessmarkError {
  return new WitnessmarkError('index-cleared', `table ${table.name} was cleared while it was in use`, {
    hint: 'run the command again',
  });
}
