/** One line of `count-requests.ts`. */
export interface CountedLine {
  readonly function: string;
  /** Of a request: that of the signature's scope. */
  readonly service?: string;
  readonly target?: string;
  readonly action?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly sentBytes?: number;
  /** Bodies of requests to DynamoDB. */
  readonly sent?: string;
  readonly got?: string;
  /** Of an invocation that has ended. */
  readonly ms?: number;
  /** MB. */
  readonly memory?: number;
  /** Of a worker that has started: from the start of its process to its first event. */
  readonly initMs?: number;
  readonly logBytes?: number;
}

/** What AWS has a price for; see `prices.ts`. */
export const UNITS = [
  's3Put',
  's3Get',
  's3Bytes',
  'dynamodbWrite',
  'dynamodbRead',
  'kms',
  'kmsAsymmetric',
  'lambdaRequest',
  'lambdaGbSecond',
  'stateTransition',
  'sns',
  'sqs',
  'secretsManager',
  'logBytes',
] as const;
export type Unit = (typeof UNITS)[number];
export type Counts = Readonly<Record<Unit, number>>;

/** As many of each unit as `count` says. */
export const countsBy = (count: (unit: Unit) => number): Counts =>
  Object.fromEntries(UNITS.map((unit) => [unit, count(unit)])) as Record<Unit, number>;

/** Units of several lines together. */
export function unitsOf(lines: readonly CountedLine[]): Counts {
  const all = lines.map(unitsOfLine);
  return countsBy((unit) => all.reduce((sum, it) => sum + (it[unit] ?? 0), 0));
}

/** What one line is billed as. A request that AWS answers with an error of its own (5xx) is free, and is left out. */
export function unitsOfLine(line: CountedLine): Partial<Counts> {
  const { ms, initMs, memory = 0, logBytes } = line;
  // Since August 2025 the start of an environment is billed as its invocations are.
  if (initMs !== undefined) return { lambdaGbSecond: gbSeconds(initMs, memory) };
  if (logBytes !== undefined) return { logBytes, ...(ms === undefined ? {} : invoked(ms, memory)) };
  if ((line.status ?? 0) >= 500) return {};
  const units = BILLED[line.service ?? ''];
  return units === undefined ? {} : units(line);
}

/** Billed by the millisecond, rounded up. */
const gbSeconds = (ms: number, memory: number): number => (Math.ceil(ms) / 1000) * (memory / 1024);

const invoked = (ms: number, memory: number): Partial<Counts> => ({
  lambdaRequest: 1,
  lambdaGbSecond: gbSeconds(ms, memory),
});

type Billed = (line: CountedLine) => Partial<Counts>;

/** Services that charge for requests; those of IAM, STS, EC2 and most others that only describe are free. */
const BILLED: Readonly<Record<string, Billed>> = {
  s3: ({ method, path = '', sentBytes = 0 }) => {
    if (method === 'DELETE') return {};
    if (method === 'PUT' || method === 'POST') return { s3Put: 1, s3Bytes: sentBytes };
    return isList(path) ? { s3Put: 1 } : { s3Get: 1 };
  },
  dynamodb: dynamodbUnits,
  kms: ({ target }) => (target === 'Sign' || target === 'GetPublicKey' ? { kmsAsymmetric: 1 } : { kms: 1 }),
  sns: () => ({ sns: 1 }),
  sqs: () => ({ sqs: 1 }),
  secretsmanager: () => ({ secretsManager: 1 }),
};

/** ListBuckets, ListObjects, ListObjectVersions and ListMultipartUploads have the price of a PUT. */
function isList(path: string): boolean {
  const { pathname, searchParams } = new URL(path, 'https://s3');
  const listed = ['list-type', 'versions', 'uploads'].some((it) => searchParams.has(it));
  return listed || pathname === '/' || searchParams.get('x-id') === 'ListBuckets';
}

type Item = Readonly<Record<string, unknown>>;
interface Asked {
  readonly ConsistentRead?: boolean;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

const KB = 1024;

/**
 * Capacity units of an on-demand table: a write by 1 KB of each item, a read by 4 KB, of a query by 4 KB of all of its
 * items together; half where the read need not be consistent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
function dynamodbUnits({ target, sent = '{}', got = '{}' }: CountedLine): Partial<Counts> {
  // What tells of tables and not of what is in them is free.
  if (/^(List|Describe|GetResourcePolicy)/.test(target ?? '')) return {};
  const asked = JSON.parse(sent) as Asked;
  const answered = JSON.parse(got || '{}') as { Item?: Item; Items?: Item[]; Responses?: Record<string, Item[]> };
  const reads = (bytes: readonly number[]): Partial<Counts> => {
    const units = bytes.reduce((sum, it) => sum + blocks(it, 4 * KB), 0);
    return { dynamodbRead: asked.ConsistentRead === true ? units : units / 2 };
  };
  switch (target) {
    case 'PutItem':
      return { dynamodbWrite: blocks(sizeOf(asked.Item), KB) };
    case 'UpdateItem':
      return { dynamodbWrite: blocks(sizeOf(asked.Key) + sizeOf(asked.ExpressionAttributeValues), KB) };
    case 'BatchWriteItem':
      return { dynamodbWrite: batchWritten(asked).reduce((sum, it) => sum + blocks(sizeOf(it), KB), 0) };
    case 'GetItem':
      return reads([sizeOf(answered.Item)]);
    case 'BatchGetItem':
      return reads(
        Object.values(answered.Responses ?? {})
          .flat()
          .map(sizeOf),
      );
    case 'Query':
    case 'Scan':
      return reads([(answered.Items ?? []).reduce((sum, it) => sum + sizeOf(it), 0)]);
    default:
      throw new Error(`no capacity units are known for ${target}`);
  }
}

/** At least one: what is absent was asked for all the same. */
const blocks = (bytes: number, block: number): number => Math.max(1, Math.ceil(bytes / block));

function batchWritten({ RequestItems = {} }: Asked): (Item | undefined)[] {
  const requests = Object.values(RequestItems).flat() as { PutRequest?: { Item: Item } }[];
  return requests.map((it) => it.PutRequest?.Item);
}

/** Bytes of an item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function sizeOf(item: Item | undefined): number {
  const members = Object.entries(item ?? {});
  return members.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value as Item), 0);
}

function valueSize(value: Item): number {
  const [[type = '', it] = []] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(it));
    case 'N':
      return Math.ceil(String(it).length / 2) + 1;
    case 'B':
      return Buffer.byteLength(String(it), 'base64');
    case 'M':
      return 3 + sizeOf(it as Item) + Object.keys(it as Item).length;
    case 'L':
      return 3 + (it as Item[]).reduce((sum, one) => sum + 1 + valueSize(one), 0);
    case 'SS':
    case 'NS':
    case 'BS':
      return (it as string[]).reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    default:
      return 1;
  }
}

/** The bytes of what is written to a stream. */
export function bytesOf(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : Buffer.alloc(0);
}
