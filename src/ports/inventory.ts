/** An object as a list of the store tells it. */
export interface StoredItem {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, by the clock of whoever stores it; a UTC timestamp. S3 tells whole seconds. */
  readonly storedAt: string;
}

/** Every object of a store, with its size and time. */
export interface Inventory {
  /** In byte order of their keys. What is not of the store is passed over, as `Objects.list` does. */
  list(): AsyncIterable<StoredItem>;
}
