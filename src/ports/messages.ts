/** A message for people, and for machines that sort messages. */
export interface Message {
  /** One line of ASCII, 100 characters at most. */
  readonly subject: string;
  readonly text: string;
  /** By which subscribers choose what they get. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Tells people, at least once. */
export interface Messages {
  publish(message: Message): Promise<void>;
}
