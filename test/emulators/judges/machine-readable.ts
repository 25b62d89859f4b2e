/** What is done to a document of OSCAL assessment results. */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Obj = { [name: string]: Json };

const editing =
  (edit: (document: Obj) => void) =>
  (bytes: Buffer): Buffer => {
    const document = JSON.parse(bytes.toString('utf8')) as Obj;
    edit(document);
    return Buffer.from(`${JSON.stringify(document)}\n`);
  };

/** Every object below a value that has a member, in their order. */
function holders(value: Json, member: string): Obj[] {
  if (value === null || typeof value !== 'object') return [];
  const found = Object.values(value).flatMap((it) => holders(it, member));
  return !Array.isArray(value) && member in value ? [value, ...found] : found;
}

function first(list: readonly Obj[], at = 0): Obj {
  const found = list[at];
  if (!found) throw new Error('the document has no such member');
  return found;
}

const STRANGE = '6f3d1c52-8a7e-4b0b-9d6e-2f1a4c5b7e90';

export const alteredOscal = {
  /** Two observations have one UUID. */
  uuidTwice: editing((document) => {
    const observations = holders(document, 'observations')[0]?.observations ?? null;
    const [one, two] = holders(observations, 'uuid');
    if (!one || !two) throw new Error('there are no two observations');
    two.uuid = one.uuid ?? null;
  }),
  nullMember: editing((document) => {
    first(holders(document, 'remarks').concat(holders(document, 'props'))).props = null;
  }),
  /** A finding rests on an observation that is not there. */
  dangling: editing((document) => {
    first(holders(document, 'observation-uuid'))['observation-uuid'] = STRANGE;
  }),
};

/** A status that OCSF does not know, in the first finding. */
export function alteredOcsf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('utf8').replace(/"status_id":\d+/, '"status_id":77'));
}
