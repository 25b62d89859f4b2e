import { z } from 'zod';
import type { Json } from '../../../model/json.ts';

/** Attributes of a snapshot; `restore` names who may restore it and is there also when that is nobody. */
export const Attributes = z.array(
  z.object({ AttributeName: z.string(), AttributeValues: z.array(z.string()).optional() }),
);

/**
 * Who may copy or restore a snapshot: ids of accounts, and `all` for everyone
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshotAttribute.html).
 * Throws where the answer does not say: nobody must not be concluded from silence.
 */
export function restorableBy(attributes: z.infer<typeof Attributes>): Json {
  const restore = attributes.find((it) => it.AttributeName === 'restore');
  if (restore === undefined) throw new Error('the attribute "restore" is not among the attributes of the snapshot');
  return (restore.AttributeValues ?? []).toSorted();
}
