/** What a template gives: files to make, perhaps one to add to, and what the author does then. */
export interface Written {
  /** New files, which must not be there yet: path from the project's folder → text. */
  readonly files: ReadonlyMap<string, string>;
  /** Text to put at the end of a file that is there. */
  readonly append?: { readonly path: string; readonly text: string };
  readonly next: readonly string[];
}

/** `not-collected` → `Not collected`. */
export function sentence(name: string): string {
  const words = name.replaceAll(/[-.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
