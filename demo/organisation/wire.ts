import type { IncomingHttpHeaders } from 'node:http';
import { restOperation } from './rest-operations.ts';

/** One call on the wire, as far as the proxy looks at it. */
export interface WireCall {
  /** Service and region that the request is signed for. */
  readonly service: string;
  readonly region: string;
  readonly accessKeyId: string;
  /** As the SDK names it; empty where the proxy does not know. */
  readonly operation: string;
  readonly body: string;
  readonly path: string;
  /** The first part of the path: the bucket, for S3. */
  readonly bucket: string;
}

/** What is sent back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes where the emulator answered: some protocols are not text. */
  readonly body: string | Buffer;
}

/** Bucket reads by their sub-resource; only those that the proxy has to tell apart. */
const BUCKET_READS: Readonly<Record<string, string>> = {
  policy: 'GetBucketPolicy',
  notification: 'GetBucketNotificationConfiguration',
};

/** Reads what is being called, in each of the protocols that AWS has for these services. */
export function callOf(method: string, url: string, headers: IncomingHttpHeaders, body: string): WireCall {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '');
  const [, accessKeyId = '', region = '', service = ''] = scope ?? [];
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const target = headers['x-amz-target'];
  const sub = [...searchParams.keys()].find((it) => Object.hasOwn(BUCKET_READS, it));
  const named = typeof target === 'string' ? target.split('.').at(-1) : restOperation(service, method, pathname);
  const bucketRead = service === 's3' && method === 'GET' && sub !== undefined ? BUCKET_READS[sub] : undefined;
  const operation = named ?? bucketRead ?? new URLSearchParams(body).get('Action') ?? '';
  return { service, region, accessKeyId, operation, body, path: pathname, bucket: pathname.split('/')[1] ?? '' };
}

/** An answer of a service that speaks JSON (KMS, Config). */
export function jsonAnswer(answer: object, requestId: string): WireAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(answer),
  };
}

/** An error of a service that speaks JSON: status 400 and the name in the body. */
export function jsonError(name: string, message: string, requestId: string): WireAnswer {
  return { ...jsonAnswer({ __type: name, message }, requestId), status: 400 };
}

/** An error of S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export function s3Error(status: number, name: string, message: string, requestId: string): WireAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`;
  return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body };
}

/** An answer of S3 in XML. */
export function s3Answer(body: string, requestId: string): WireAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status: 200, headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body: text };
}

/** An answer of RDS, which wraps the members into a result. */
export function rdsAnswer(operation: string, members: string, requestId: string): WireAnswer {
  const result = `<${operation}Result>${members}</${operation}Result>`;
  const meta = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const body = `<${operation}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${result}${meta}</${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** An answer of EC2, whose members stand in the response element itself. */
export function ec2Answer(operation: string, members: Readonly<Record<string, string>>, requestId: string): WireAnswer {
  const inside = Object.entries(members).map(([name, value]) => `<${name}>${value}</${name}>`);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId>${inside.join('')}</${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }, body };
}
