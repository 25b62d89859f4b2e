/** Something that is opened when it is first needed. */
export interface Late<T> {
  /** Opens it, once. What opening throws is thrown to all who wait, and whoever asks next opens it again. */
  get(): Promise<T>;
  /** It, where it is open or being opened. */
  readonly opened: Promise<T> | undefined;
}

/** An instance of a function lives longer than a refusal, so a failure is not kept. */
export function late<T>(open: () => Promise<T>): Late<T> {
  let opened: Promise<T> | undefined;
  return {
    get() {
      opened ??= open().catch((thrown: unknown) => {
        opened = undefined;
        throw thrown;
      });
      return opened;
    },
    get opened() {
      return opened;
    },
  };
}
