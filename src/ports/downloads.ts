/** How a file is handed out: at an address of its own for a short time, or by its bytes. */
export type Offer = { readonly url: string } | { readonly size: number; readonly content: ReadableStream<Uint8Array> };

export interface OfferOptions {
  readonly filename: string;
  readonly mediaType: string;
  /** For which a URL is good. */
  readonly seconds: number;
}

/** Files that were made for people, by their object keys (`reports/…`). */
export interface Downloads {
  /**
   * Undefined where there is no such file. A URL is good for so many seconds, for this file alone, and has
   * it saved under `filename`.
   */
  offer(key: string, options: OfferOptions): Promise<Offer | undefined>;
}
