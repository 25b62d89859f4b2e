import type { Catalogue, CatalogueEvent } from '../catalog/catalogue.ts';
import { type AskedAttribute, lookupItems } from '../collect/cloudtrail/lookup.ts';
import { LOOKUP } from '../collect/cloudtrail/lookup-window.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import type { Failure } from '../model/retrieval.ts';
import type { Cloud } from '../ports/cloud.ts';
import { ingestedEvents } from './catalogue.ts';
import { NO_LOOKUP } from './event-memory.ts';
import type { IngestRequest } from './ingest.ts';
import type { Store } from './store.ts';

export interface LookupRequest {
  readonly cloud: Cloud;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly catalogue: Catalogue;
}

/**
 * What `ingest` needs to read CloudTrail's event history instead of delivered files: it asks for what the catalogue's
 * selectors can match. Selectors whose events cannot be asked for are never said to have been looked at.
 */
export function lookupOf(
  { redactionSecret: secret }: Pick<Store, 'redactionSecret'>,
  { cloud, accounts, regions, catalogue }: LookupRequest,
): Pick<IngestRequest, 'files' | 'via' | 'unsupported' | 'catalogue'> {
  const { attributes, unsupported } = askedOf(catalogue);
  const wish = { cloud, accounts, regions, attributes, selectors: selectorsDigest(catalogue), redact: { secret } };
  return { files: (known) => lookupItems(wish, known), via: 'lookup', unsupported, catalogue };
}

/** What the selectors of a catalogue ask for, each once, and those that nothing can be asked for. */
export function askedOf(catalogue: Pick<Catalogue, 'events' | 'frameworks'>): {
  readonly attributes: readonly AskedAttribute[];
  readonly unsupported: ReadonlyMap<string, Failure>;
} {
  const attributes = new Map<string, AskedAttribute>();
  const unsupported = new Map<string, Failure>();
  for (const event of ingestedEvents(catalogue)) {
    for (const it of event.compiled.lookups ?? []) attributes.set(`${it.AttributeKey}=${it.AttributeValue}`, it);
    const problem = problemOf(event);
    if (problem !== undefined) unsupported.set(event.selector.name, { ...NOT_ASKED, message: problem });
  }
  return { attributes: [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it), unsupported };
}

const NOT_ASKED = {
  operation: LOOKUP,
  kind: 'unsupported',
  name: NO_LOOKUP,
  status: null,
  requestId: null,
} as const;

function problemOf({ compiled: { lookups, names } }: CatalogueEvent): string | undefined {
  if (lookups === undefined)
    return 'LookupEvents has no attribute for what this selector matches: only delivered files show all of it';
  const data = [...(names ?? [])].filter((it) => DATA_EVENTS.has(it));
  if (data.length === 0) return undefined;
  return `the event history holds no data events (${data.join(', ')}): only a trail that logs them shows them`;
}

/**
 * Names of common data events, which are in no event history.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA_EVENTS: ReadonlySet<string> = new Set([
  ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CopyObject', 'CreateMultipartUpload', 'DeleteObject'],
  ...['DeleteObjects', 'DeleteObjectTagging', 'GetObject', 'GetObjectAcl', 'GetObjectAttributes', 'GetObjectTagging'],
  ...['HeadBucket', 'HeadObject', 'ListObjects', 'ListObjectVersions', 'ListParts', 'PutObject', 'PutObjectAcl'],
  ...['PutObjectTagging', 'RestoreObject', 'SelectObjectContent', 'UploadPart', 'UploadPartCopy'],
  ...['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'TransactGetItems'],
  ...['TransactWriteItems', 'UpdateItem', 'GetRecords', 'Invoke', 'InvokeExecution', 'Publish', 'PublishBatch'],
  ...['SendMessage', 'SendMessageBatch', 'ReceiveMessage', 'DeleteMessage', 'DeleteMessageBatch'],
]);

/** Changes whenever a selector could ask for or match something else. */
function selectorsDigest(catalogue: Catalogue): string {
  const said = ingestedEvents(catalogue).map(({ selector: { name, match, expect } }) => [name, match, expect]);
  return sha256Hex(canonicalize(said.sort())).slice(0, 16);
}
