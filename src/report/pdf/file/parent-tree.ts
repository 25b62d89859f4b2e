import { type Objects, ref } from './objects.ts';

/** Which structure element owns what: content by page, and annotations (ISO 32000-1, 14.7.4.4). */
export interface ParentTree {
  /** Takes the next key. */
  next(): number;
  /** The object, an element or an array of elements, that a key leads to. */
  set(key: number, id: number): void;
  /** Writes the tree; returns the number of its root object. */
  write(objects: Objects): number;
}

const LEAF = 256;

/** An empty tree; what it holds is one number for each key. */
export function makeParentTree(): ParentTree {
  const owners: number[] = [];
  const leaf = (objects: Objects, first: number): string => {
    const id = objects.next();
    const part = owners.slice(first, first + LEAF);
    const numbers = part.map((owner, at) => `${first + at} ${ref(owner)}`).join(' ');
    objects.write(id, `<< /Limits [${first} ${first + part.length - 1}] /Nums [${numbers}] >>`);
    return ref(id);
  };
  return {
    next: () => owners.push(0) - 1,
    set: (key, id) => {
      owners[key] = id;
    },
    write: (objects) => {
      const root = objects.next();
      const kids: string[] = [];
      for (let first = 0; first < owners.length; first += LEAF) kids.push(leaf(objects, first));
      objects.write(root, kids.length === 0 ? '<< /Nums [] >>' : `<< /Kids [${kids.join(' ')}] >>`);
      return root;
    },
  };
}
