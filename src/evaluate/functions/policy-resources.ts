import type { Statement } from './policy-document.ts';

/** S3 actions on objects alone: they never act on the bucket's own ARN. */
const OBJECT_ACTION = /^s3:(?!.*bucket)(.*object.*|abortmultipartupload|listmultipartuploadparts)$/;
const BUCKET_ARN = /^(arn:[^:]*:s3:::[^/]+)(\/.*)?$/;

/**
 * The resources that a resource policy speaks of. A policy never says what it is attached to, so
 * this is what its statements name; `*` stands for whatever else is named, and remains only where
 * nothing else is. An S3 bucket stands for itself and for its objects, because a Deny on the objects
 * alone leaves the bucket's own operations open (and the other way round).
 */
export function policyResources(statements: readonly Statement[], action: string): string[] {
  const named = statements.flatMap((it) => it.resources?.patterns ?? []);
  const exact = named.filter((it) => !isWide(it));
  const chosen = exact.length > 0 ? exact : named.filter((it) => it !== '*');
  const objectsOnly = OBJECT_ACTION.test(action.toLowerCase()) && !/[*?]/.test(action);
  const resources = chosen.flatMap((it) => whole(it, objectsOnly));
  return resources.length > 0 ? [...new Set(resources)] : ['*'];
}

function whole(resource: string, objectsOnly: boolean): string[] {
  const bucket = BUCKET_ARN.exec(resource)?.[1];
  if (bucket === undefined) return [resource];
  return objectsOnly ? [`${bucket}/*`] : [bucket, `${bucket}/*`];
}

/** `*`, or a bucket ARN with a wildcard in the bucket's name. */
function isWide(resource: string): boolean {
  const bucket = BUCKET_ARN.exec(resource)?.[1];
  return resource === '*' || (bucket !== undefined && /[*?]/.test(bucket));
}
