/** How an object is kept from being deleted. */
export interface Kept {
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  /** A UTC timestamp. */
  readonly until: string;
}

/** What keeps one object. */
export interface ObjectKept {
  /** Undefined where no retention is set on it. */
  readonly retention: Kept | undefined;
  readonly legalHold: boolean;
}

/** What everything that is created is to be kept by. */
export interface RetentionRule {
  readonly mode: Kept['mode'];
  readonly days: number;
  /** Who says so. */
  readonly from: 'bucket' | 'store';
}

/** Looks at retention and legal hold of stored objects (S3 Object Lock); changes neither. */
export interface Retention {
  /** Undefined where nothing says how long objects are to be kept. */
  rule(): Promise<RetentionRule | undefined>;
  /** Of the current version; undefined where there is no such object. */
  of(key: string): Promise<ObjectKept | undefined>;
}
