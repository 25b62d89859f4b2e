/** A file that somebody has uploaded, as the folder lists it. */
export interface Upload {
  /** Relative to the folder; any text, for whoever uploads chooses it. */
  readonly path: string;
  readonly bytes: number;
  /** Changes with the content: an ETag. */
  readonly version: string;
  /** RFC 3339 in UTC. */
  readonly modified: string;
}

/** One folder that people upload files into, and that is never written to by us. */
export interface Uploads {
  /**
   * Everything in it now, in any order, markers of folders (`x/`) included. Of more than `most`, `most` and one more.
   */
  list(most: number): Promise<readonly Upload[]>;
  /**
   * The content of a file as it was listed; undefined where it is another one, or gone, by now. `id` names this version
   * for good where the folder keeps versions. Throws where there are more than `maxBytes`.
   */
  read(upload: Upload, maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly id: string } | undefined>;
}
