/** An object as read: its bytes and an opaque version for `replace`. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/**
 * A dumb store of immutable objects, with one replaceable kind (`checkpoint`). Keys are relative
 * paths of `[A-Za-z0-9._/-]`, without empty, `.` or `..` segments. An acknowledged write is durable.
 */
export interface Objects {
  /** The object, or undefined where there is none. Throws only when that could not be found out. */
  get(key: string): Promise<StoredObject | undefined>;
  /** Writes the object if there is none (If-None-Match: *). */
  create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** Replaces the object if it still has `version`; `undefined` means: if it is absent (If-Match). */
  replace(key: string, bytes: Uint8Array, version: string | undefined): Promise<'replaced' | 'conflict'>;
  /** Keys that begin with `prefix`, in byte order. */
  list(prefix: string): AsyncIterable<string>;
}
