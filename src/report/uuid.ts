import { hash } from 'node:crypto';

/** Namespace of all names that machine formats give: the UUID version 5 of `https://witnessmark.dev` in the URL namespace. */
const NAMESPACE = Buffer.from('f29ff817b4ba565cb261d5ff60c918e6', 'hex');

/**
 * The UUID (version 5, RFC 9562 section 5.5) of what `parts` name: the same parts give the same UUID
 * everywhere. The name is the parts as JSON, so that no two lists of parts are ever the same name.
 */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const name = Buffer.from(JSON.stringify(parts), 'utf8');
  const hex = hash('sha1', Buffer.concat([NAMESPACE, name]), 'hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
