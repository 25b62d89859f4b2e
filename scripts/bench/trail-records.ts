/** A seeded stream of numbers in [0, 1): mulberry32. The same seed gives the same files on every machine. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
type Call = {
  readonly weight: number;
  readonly name: string;
  readonly service: string;
  readonly more: (random: Random) => object;
};

const ACCOUNTS = ['111122223333', '444455556666'];
const hex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
const uuid = (random: Random): string =>
  [hex(random, 8), hex(random, 4), `4${hex(random, 3)}`, `a${hex(random, 3)}`, hex(random, 12)].join('-');
const denied = (random: Random) => ({
  errorCode: 'AccessDenied',
  errorMessage: `User: arn:aws:sts::111122223333:assumed-role/app/i-${hex(random, 17)} is not authorized to perform this action because no identity-based policy allows it`,
  requestParameters: null,
  responseElements: null,
});

/** What an account calls, in about the shares of an ordinary one. */
const CALLS: readonly Call[] = [
  { weight: 300, name: 'AssumeRole', service: 'sts', more: assumeRole },
  { weight: 200, name: 'Decrypt', service: 'kms', more: decrypt },
  { weight: 150, name: 'DescribeInstances', service: 'ec2', more: describe },
  { weight: 120, name: 'GetObject', service: 's3', more: object },
  { weight: 80, name: 'PutObject', service: 's3', more: object },
  {
    weight: 60,
    name: 'CreateLogStream',
    service: 'logs',
    more: (r) => ({
      requestParameters: { logGroupName: '/aws/lambda/orders', logStreamName: hex(r, 32) },
      responseElements: null,
    }),
  },
  { weight: 40, name: 'RunInstances', service: 'ec2', more: runInstances },
  {
    weight: 20,
    name: 'ListBuckets',
    service: 's3',
    more: () => ({ requestParameters: { Host: 's3.eu-west-1.amazonaws.com' }, responseElements: null }),
  },
  { weight: 10, name: 'DescribeTable', service: 'dynamodb', more: denied },
  {
    weight: 2,
    name: 'AuthorizeSecurityGroupIngress',
    service: 'ec2',
    more: (r) => ({ requestParameters: { groupId: `sg-${hex(r, 17)}` }, responseElements: { _return: true } }),
  },
  {
    weight: 2,
    name: 'AttachRolePolicy',
    service: 'iam',
    more: () => ({
      requestParameters: { roleName: 'app', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      responseElements: null,
    }),
  },
  {
    weight: 1,
    name: 'ConsoleLogin',
    service: 'signin',
    more: () => ({
      eventType: 'AwsConsoleSignIn',
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'Yes' },
    }),
  },
];
const WEIGHTS = CALLS.reduce((sum, it) => sum + it.weight, 0);

function assumeRole(random: Random): object {
  return {
    requestParameters: {
      roleArn: 'arn:aws:iam::111122223333:role/app',
      roleSessionName: `i-${hex(random, 17)}`,
      durationSeconds: 3600,
    },
    responseElements: {
      credentials: {
        accessKeyId: `ASIA${hex(random, 16).toUpperCase()}`,
        sessionToken: hex(random, 350),
        expiration: 'Oct 1, 2026, 9:00:00 AM',
      },
      assumedRoleUser: {
        assumedRoleId: `AROA${hex(random, 17).toUpperCase()}`,
        arn: 'arn:aws:sts::111122223333:assumed-role/app/session',
      },
    },
    resources: [{ accountId: '111122223333', type: 'AWS::IAM::Role', ARN: 'arn:aws:iam::111122223333:role/app' }],
  };
}

function decrypt(random: Random): object {
  return {
    requestParameters: {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::data/${hex(random, 24)}` },
    },
    responseElements: null,
    resources: [
      {
        accountId: '111122223333',
        type: 'AWS::KMS::Key',
        ARN: `arn:aws:kms:eu-west-1:111122223333:key/${uuid(random)}`,
      },
    ],
  };
}

function describe(random: Random): object {
  return {
    requestParameters: { instancesSet: { items: [{ instanceId: `i-${hex(random, 17)}` }] }, filterSet: {} },
    responseElements: null,
  };
}

function object(random: Random): object {
  return {
    requestParameters: {
      bucketName: 'data',
      key: `2026/10/${hex(random, 32)}.parquet`,
      Host: 'data.s3.eu-west-1.amazonaws.com',
    },
    responseElements: null,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      bytesTransferredOut: Math.floor(random() * 1e6),
      'x-amz-id-2': hex(random, 76),
    },
  };
}

function runInstances(random: Random): object {
  const items = Array.from({ length: 3 }, () => ({
    instanceId: `i-${hex(random, 17)}`,
    imageId: `ami-${hex(random, 17)}`,
    instanceState: { code: 0, name: 'pending' },
    privateDnsName: 'ip-10-0-0-1.eu-west-1.compute.internal',
    instanceType: 'm5.large',
    monitoring: { state: 'pending' },
    networkInterfaceSet: { items: [{ networkInterfaceId: `eni-${hex(random, 17)}`, status: 'in-use' }] },
    tagSet: { items: [{ key: 'Name', value: 'wörker' }] },
  }));
  return {
    requestParameters: { minCount: 3, maxCount: 3 },
    responseElements: { reservationId: `r-${hex(random, 17)}`, instancesSet: { items } },
  };
}

function identity(random: Random, account: string): object {
  const principal = `AROA${hex(random, 17).toUpperCase()}`;
  return {
    type: 'AssumedRole',
    principalId: `${principal}:session`,
    arn: `arn:aws:sts::${account}:assumed-role/app/session`,
    accountId: account,
    accessKeyId: `ASIA${hex(random, 16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: principal,
        arn: `arn:aws:iam::${account}:role/app`,
        accountId: account,
        userName: 'app',
      },
      webIdFederationData: {},
      attributes: { creationDate: '2026-10-01T00:00:00Z', mfaAuthenticated: 'false' },
    },
  };
}

/** Calls laid end to end, each as long as its weight: the one that lies there. */
function callAt(weight: number): Call {
  let end = 0;
  for (const call of CALLS) {
    end += call.weight;
    if (weight < end) return call;
  }
  throw new RangeError(`expected a number below ${end}, found ${weight}`);
}

/** One record of the given day, as text. */
export function recordText(random: Random, day: string): string {
  const account = ACCOUNTS[random() < 0.8 ? 0 : 1] ?? '';
  const { name, service, more } = callAt(random() * WEIGHTS);
  const two = (most: number): string => String(Math.floor(random() * most)).padStart(2, '0');
  return JSON.stringify({
    eventVersion: '1.10',
    userIdentity: identity(random, account),
    eventTime: `${day}T${two(24)}:${two(60)}:${two(60)}Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: 'eu-west-1',
    sourceIPAddress: `10.0.${two(99)}.${two(99)}`,
    userAgent:
      'aws-sdk-java/2.25.1 Linux/6.1.79 OpenJDK_64-Bit_Server_VM/17.0.10+7 Java/17.0.10 vendor/Amazon.com_Inc. exec-env/AWS_ECS_FARGATE io/sync http/Apache cfg/retry-mode/legacy',
    ...more(random),
    requestID: uuid(random),
    eventID: uuid(random),
    readOnly: random() < 0.7,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${service}.eu-west-1.amazonaws.com`,
    },
  });
}
