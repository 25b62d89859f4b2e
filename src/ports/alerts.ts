/** A message to people, and words by which a subscription can choose. */
export interface AlertMessage {
  /** Printable ASCII, 1 to 99 characters. */
  readonly subject: string;
  readonly text: string;
  /** Name → text; an Amazon SNS subscription filters by these. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Tells people. */
export interface Alerts {
  /**
   * Gives the id of the message once it was taken over for delivery. After an error it may or may not have been:
   * whoever asks again may tell twice. Throws `alert-not-published`.
   */
  publish(message: AlertMessage): Promise<string>;
}
