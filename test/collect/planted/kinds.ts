import type { Json, JsonObject } from '../../../src/model/json.ts';
import { ALNUM, B64, HEX, type Rng, UPPER, URLSAFE } from './rng.ts';

/** Kinds that are known by their form: each may stand in any place of an answer. */
export const FORMS: Readonly<Record<string, (rng: Rng) => string>> = {
  'aws access key id': (r) => `AKIA${r.text(`${UPPER}234567`, 16)}`,
  'aws temporary key id': (r) => `ASIA${r.text(`${UPPER}234567`, 16)}`,
  'aws session token': (r) => `IQoJb3JpZ2luX2VjE${r.text(B64, 300)}`,
  'rsa private key': (r) => pem('RSA PRIVATE KEY', r),
  'openssh private key': (r) => pem('OPENSSH PRIVATE KEY', r),
  'encrypted private key': (r) => pem('ENCRYPTED PRIVATE KEY', r),
  'pgp private key': (r) => pem('PGP PRIVATE KEY BLOCK', r),
  'old private key with headers': (r) =>
    pem('EC PRIVATE KEY', r).replace('\n', `\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${r.text(HEX, 32)}\n\n`),
  'json web token': (r) => `eyJhbGciOiJIUzI1NiJ9.eyJzdWIi${r.text(URLSAFE, 40)}.${r.text(URLSAFE, 43)}`,
  'encrypted web token': (r) =>
    `eyJhbGciOiJSU0EtT0FFUCIs${r.text(URLSAFE, 20)}.${r.text(URLSAFE, 60)}.${r.text(URLSAFE, 16)}.${r.text(URLSAFE, 50)}.${r.text(URLSAFE, 22)}`,
  'github token': (r) => `${r.pick(['ghp', 'gho', 'ghs', 'ghr', 'ghu'])}_${r.text(ALNUM, 36)}`,
  'github fine-grained token': (r) => `github_pat_${r.text(ALNUM, 22)}_${r.text(ALNUM, 59)}`,
  'gitlab token': (r) => `glpat-${r.text(URLSAFE, 20)}`,
  'slack token': (r) => `xoxb-${r.text('0123456789', 12)}-${r.text('0123456789', 12)}-${r.text(ALNUM, 24)}`,
  'slack webhook': (r) =>
    `https://hooks.slack.com/services/T${r.text(UPPER, 8)}/B${r.text(UPPER, 8)}/${r.text(ALNUM, 24)}`,
  'stripe key': (r) => `${r.pick(['sk', 'rk'])}_live_${r.text(ALNUM, 24)}`,
  'stripe webhook secret': (r) => `whsec_${r.text(ALNUM, 32)}`,
  'google api key': (r) => `AIza${r.text(URLSAFE, 34)}x`,
  'google client secret': (r) => `GOCSPX-${r.text(URLSAFE, 28)}`,
  'google access token': (r) => `ya29.${r.text(URLSAFE, 80)}`,
  'sendgrid key': (r) => `SG.${r.text(URLSAFE, 22)}.${r.text(URLSAFE, 43)}`,
  'mailchimp key': (r) => `${r.text(HEX, 32)}-us${1 + r.int(20)}`,
  'npm token': (r) => `npm_${r.text(ALNUM, 36)}`,
  'pypi token': (r) => `pypi-AgEIcHlwaS5vcmc${r.text(URLSAFE, 100)}`,
  'docker token': (r) => `dckr_pat_${r.text(URLSAFE, 27)}`,
  'vault token': (r) => `hvs.${r.text(URLSAFE, 90)}`,
  'terraform token': (r) => `${r.text(ALNUM, 14)}.atlasv1.${r.text(URLSAFE, 60)}`,
  'digitalocean token': (r) => `dop_v1_${r.text(HEX, 64)}`,
  'shopify token': (r) => `shpat_${r.text(HEX, 32)}`,
  'databricks token': (r) => `dapi${r.text(HEX, 32)}`,
  'new relic key': (r) => `NRAK-${r.text(UPPER, 27)}`,
  'grafana token': (r) => `glsa_${r.text(ALNUM, 32)}_${r.text(HEX, 8)}`,
  'openai key': (r) => `sk-proj-${r.text(URLSAFE, 48)}`,
  'anthropic key': (r) => `sk-ant-api03-${r.text(URLSAFE, 90)}`,
  'hugging face token': (r) => `hf_${r.text(ALNUM, 34)}`,
  'telegram token': (r) => `${1 + r.int(9)}${r.text('0123456789', 8)}:AA${r.text(URLSAFE, 32)}x`,
  'atlassian token': (r) => `ATATT3x${r.text(URLSAFE, 180)}`,
  'linear key': (r) => `lin_api_${r.text(ALNUM, 40)}`,
  'age key': (r) => `AGE-SECRET-KEY-1${r.text(`${UPPER}0123456789`, 58)}`,
};

/** Where a credential of a known form may stand, as services and people put it. */
export const PLACES: readonly ((secret: string, rng: Rng) => Json)[] = [
  (secret) => ({ Description: secret }),
  (secret) => ({ FunctionName: 'billing', Description: `see ${secret} for the reason` }),
  (secret) => ({ Tags: [{ Key: 'note', Value: secret }] }),
  (secret) => ({ TagList: [{ Key: secret.slice(0, 2000), Value: '' }] }),
  (secret) => ({ Labels: { [secret]: 'x' } }),
  (secret) => ({ Policy: JSON.stringify({ Version: '2012-10-17', Id: secret, Statement: [] }) }),
  (secret) => ({ AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({ Id: secret, Statement: [] })) }),
  (secret) => ({ Definition: Buffer.from(`#!/bin/sh\ncurl -d ${secret} https://example.com\n`).toString('base64') }),
  (secret) => ({ Outer: JSON.stringify({ inner: JSON.stringify({ note: secret }) }) }),
  (secret) => ({ BuildSpec: `version: 0.2\nphases:\n  build:\n    commands:\n      - deploy ${secret}\n` }),
  (secret) => ({ TemplateBody: JSON.stringify({ Resources: { A: { Metadata: [secret, 1] } } }, undefined, 2) }),
  (secret) => ({ Location: `https://example.com/run?note=${encodeURIComponent(secret)}&page=2` }),
];

type Planted = (rng: Rng) => { secret: string; answer: JsonObject };

const password = (r: Rng): string => `${r.text(ALNUM, 6)}${r.pick(['!', '#', '%', '^', '*'])}${r.text(ALNUM, 9)}`;
const plain = (r: Rng): string => r.text(ALNUM, 16);
const put =
  (make: (r: Rng) => string, build: (secret: string, r: Rng) => JsonObject): Planted =>
  (r) => {
    const secret = make(r);
    return { secret, answer: build(secret, r) };
  };

/** Kinds that are secrets by where they stand. */
export const CONTEXTS: Readonly<Record<string, Planted>> = {
  'lambda environment': put(plain, (s) => ({
    FunctionName: 'f',
    Environment: { Variables: { STAGE: s, OTHER: 'x' } },
  })),
  'ecs environment': put(plain, (s) => ({
    taskDefinition: {
      containerDefinitions: [{ name: 'web', image: 'nginx:1', environment: [{ name: 'STAGE', value: s }] }],
    },
  })),
  'ecs command': put(plain, (s) => ({ containerDefinitions: [{ command: ['run', '--db-password', s, '--verbose'] }] })),
  'codebuild environment': put(plain, (s) => ({
    projects: [
      { environment: { type: 'LINUX_CONTAINER', environmentVariables: [{ name: 'A', value: s, type: 'PLAINTEXT' }] } },
    ],
  })),
  'sagemaker environment': put(plain, (s) => ({ PrimaryContainer: { Image: 'i', Environment: { MODE: s } } })),
  'beanstalk option': put(plain, (s) => ({
    OptionSettings: [{ Namespace: 'aws:elasticbeanstalk:application:environment', OptionName: 'MODE', Value: s }],
  })),
  'stage variable': put(plain, (s) => ({ stageName: 'prod', stageVariables: { url: s } })),
  'ec2 user data': put(plain, (s) => ({
    InstanceId: 'i-1',
    UserData: { Value: base64(`#!/bin/bash\nexport X=${s}\n`) },
  })),
  'launch template user data': put(plain, (s) => ({
    LaunchTemplateVersions: [{ VersionNumber: 1, LaunchTemplateData: { ImageId: 'ami-1', UserData: base64(s) } }],
  })),
  'rds master password': put(password, (s) => ({
    DBInstances: [{ DBInstanceIdentifier: 'db', MasterUserPassword: s }],
  })),
  'secret string': put(password, (s) => ({ Name: 'db', SecretString: JSON.stringify({ username: 'u', password: s }) })),
  'secret binary': put(plain, (s) => ({ Name: 'db', SecretBinary: base64(s) })),
  'ssm parameter': put(plain, (s) => ({
    Parameter: { Name: '/app/mode', Type: 'SecureString', Value: s, Version: 1 },
  })),
  'ssm plain parameter': put(plain, (s) => ({ Parameters: [{ Name: '/app/url', Type: 'String', Value: s }] })),
  'cloudformation parameter': put(plain, (s) => ({
    Stacks: [{ StackName: 's', Parameters: [{ ParameterKey: 'Mode', ParameterValue: s }] }],
  })),
  'cloudformation output': put(plain, (s) => ({
    Stacks: [{ Outputs: [{ OutputKey: 'AdminPassword', OutputValue: s }] }],
  })),
  'secret access key': put(
    (r) => r.text(B64, 40),
    (s) => ({ AccessKey: { UserName: 'u', SecretAccessKey: s, Status: 'Active' } }),
  ),
  'secret access key in text': put(
    (r) => `a1B${r.text(B64, 37)}`,
    (s) => ({ Note: `[default]\naws_secret_access_key = ${s}\n` }),
  ),
  'secret access key beside its id': put(
    (r) => `a1B${r.text(ALNUM, 37)}`,
    (s, r) => ({
      Description: `AKIA${r.text(UPPER, 16)} ${s}`,
    }),
  ),
  'session token by name': put(
    (r) => r.text(B64, 200),
    (s) => ({ Credentials: { AccessKeyId: 'x', SessionToken: s } }),
  ),
  'jdbc connection string': put(password, (s) => ({
    ConnectionProperties: { URL: `jdbc:mysql://db:3306/app?user=u&password=${s.replaceAll(/[%#^]/g, '_')}` },
  })),
  'ado connection string': put(plain, (s) => ({
    Description: `Server=db;Database=app;User Id=u;Password=${s};Encrypt=true`,
  })),
  'storage account key': put(
    (r) => `${r.text(B64, 86)}==`,
    (s) => ({
      Value: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${s};EndpointSuffix=core.windows.net`,
    }),
  ),
  'url with a password': put(password, (s) => ({
    RepositoryUrl: `https://deploy:${s.replaceAll(/[%#]/g, '!')}@git.example.com/app.git`,
  })),
  'redis url without a user': put(plain, (s) => ({ Endpoint: `redis://:${s}@cache.example.com:6379/0` })),
  'signed url': put(
    (r) => r.text(HEX, 64),
    (s) => ({
      Code: {
        Location: `https://bucket.s3.amazonaws.com/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${s}&x-id=GetObject`,
      },
    }),
  ),
  'token in a query': put(plain, (s) => ({ WebhookUrl: `https://ci.example.com/hook?access_token=${s}&ref=main` })),
  'authorization header': put(
    (r) => r.text(ALNUM, 30),
    (s) => ({ RequestParameters: { Authorization: `Bearer ${s}` } }),
  ),
  'basic authorization in text': put(
    (r) => base64(`user:${plain(r)}`),
    (s) => ({ Log: `GET / HTTP/1.1\nHost: x\nAuthorization: Basic ${s}\nAccept: */*` }),
  ),
  'cookie header in text': put(plain, (s) => ({ Log: `Cookie: a=b; session=${s}; theme=dark` })),
  'custom origin header': put(plain, (s) => ({
    CustomHeaders: { Quantity: 1, Items: [{ HeaderName: 'X-Origin-Token', HeaderValue: s }] },
  })),
  'pre-shared key': put(plain, (s) => ({ TunnelOptions: [{ OutsideIpAddress: '192.0.2.1', PreSharedKey: s }] })),
  'vpn configuration': put(plain, (s) => ({
    CustomerGatewayConfiguration: `<vpn><pre_shared_key>${s}</pre_shared_key></vpn>`,
  })),
  'oauth client secret': put(plain, (s) => ({ UserPoolClient: { ClientId: 'c', ClientSecret: s } })),
  'mfa seed': put(
    (r) => r.text(`${UPPER}234567`, 64),
    (s) => ({ VirtualMFADevice: { SerialNumber: 'arn:aws:iam::111122223333:mfa/m', Base32StringSeed: s } }),
  ),
  'kms plaintext': put(
    (r) => r.text(B64, 43),
    (s) => ({ KeyId: 'k', Plaintext: `${s}=` }),
  ),
  'registry authorization': put(
    (r) => r.text(B64, 80),
    (s) => ({ authorizationData: [{ authorizationToken: s, proxyEndpoint: 'https://x' }] }),
  ),
  'password tag': put(password, (s) => ({ Tags: [{ Key: 'db-password', Value: s }] })),
  'glue argument': put(password, (s) => ({ DefaultArguments: { '--job-language': 'python', '--db_password': s } })),
  'json in a string': put(password, (s) => ({ configuration: JSON.stringify({ db: { user: 'u', password: s } }) })),
  'json in a json string': put(plain, (s) => ({ Input: JSON.stringify({ body: JSON.stringify({ token: s }) }) })),
  'broken json in a string': put(plain, (s) => ({ Message: `{"user":"u","password":"${s}","more":` })),
  'url-encoded json': put(plain, (s) => ({ Document: encodeURIComponent(JSON.stringify({ apiKey: s })) })),
  'base64 of an env file': put(plain, (s) => ({ Content: base64(`MODE=prod\nDB_PASSWORD=${s}\nLOG=debug\n`) })),
  'yaml template': put(password, (s) => ({
    TemplateBody: `Resources:\n  Db:\n    Properties:\n      MasterUserPassword: ${s}\n      Engine: mysql\n`,
  })),
  'command with a password': put(plain, (s) => ({
    Parameters: { commands: [`mysqldump --host db --password ${s} app > /tmp/app.sql`] },
  })),
  'curl with a password': put(plain, (s) => ({ Parameters: { commands: [`curl -u admin:${s} https://example.com`] } })),
  'exported variable': put(plain, (s) => ({ commands: [`export GITHUB_TOKEN='${s}' && make`] })),
};

/** All kinds, by name. */
export const KINDS: readonly string[] = [...Object.keys(FORMS), ...Object.keys(CONTEXTS)];

export interface Plant {
  readonly kind: string;
  readonly secret: string;
  readonly answer: Json;
}

/** So many secrets, the kinds in turn, each in an answer. */
export function plants(count: number, rng: Rng): Plant[] {
  return Array.from({ length: count }, (_, at): Plant => {
    const kind = KINDS[at % KINDS.length] ?? '';
    const form = FORMS[kind];
    if (form === undefined) return { kind, ...(CONTEXTS[kind] as Planted)(rng) };
    const secret = form(rng);
    return { kind, secret, answer: rng.pick(PLACES)(secret, rng) };
  });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
// In two parts: tools that look for keys in sources shall not find this.
const pem = (name: string, r: Rng): string =>
  `-----BEGIN ${name}-----\n${r.text(B64, 64)}\n${r.text(B64, 64)}\n${r.text(B64, 30)}==\n-----END ${name}-----`;
