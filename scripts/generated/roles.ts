import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Need } from '../../functions/needs.ts';
import { code, table } from './markdown.ts';
import { readOnlyPolicy } from './permissions.ts';
import { projectRoot } from './root.ts';

/** What the file of a function exports. */
export interface FunctionModule {
  readonly handler: unknown;
  readonly needs: readonly Need[];
  /** Reads the settings of the account that it runs in. */
  readonly readsAws?: boolean;
}

/** Every function of the deployment by its name, which is that of its file. */
export async function functionModules(): Promise<Map<string, FunctionModule>> {
  const found = new Map<string, FunctionModule>();
  for (const file of readdirSync(join(projectRoot, 'functions')).sort()) {
    const module = await import(pathToFileURL(join(projectRoot, 'functions', file)).href);
    if (file.endsWith('.ts') && 'handler' in module) found.set(file.slice(0, -'.ts'.length), module);
  }
  return found;
}

/**
 * `serverless/roles.json`: one IAM role per function, with what its file says that it needs, its own log group, and
 * nothing else; and that each function is in the VPC of the deployment, if that has one.
 */
export function rolesFile(functions: ReadonlyMap<string, FunctionModule>, actions: readonly string[]): string {
  const roles = [...functions].map(([name, module]) => [`${pascal(name)}Role`, roleOf(name, module, actions)]);
  const inVpc = [...functions.keys()].map((name) => [logicalId(name), { Properties: { VpcConfig } }]);
  const file = { Resources: Object.fromEntries(roles), extensions: Object.fromEntries(inVpc) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** As osls calls the resource of a function. */
const logicalId = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', 'Dash')}LambdaFunction`;

const splitOf = (parameter: string): object => ({ 'Fn::Split': [',', { Ref: parameter }] });
const VpcConfig = {
  'Fn::If': [
    'InVpc',
    { SubnetIds: splitOf('SubnetIds'), SecurityGroupIds: splitOf('SecurityGroupIds') },
    { Ref: 'AWS::NoValue' },
  ],
};
/** What `docs/PERMISSIONS.md` says of the roles of the functions. */
export function rolesTable(functions: ReadonlyMap<string, FunctionModule>): string {
  const rows = [...functions].flatMap(([name, { needs, readsAws = false }]) => [
    ...(readsAws ? [[code(name), 'the read-only role above', 'the account of the stack']] : []),
    ...merged(needs).map((need) => [code(name), listOf(need.actions), listOf(need.resources)]),
  ]);
  return table(['Function', 'May', 'On'], rows);
}

const listOf = (names: readonly string[]): string => names.map(code).join(' ');

/** `update-index` → `UpdateIndex`. */
export const pascal = (name: string): string =>
  name.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

function roleOf(name: string, { needs, readsAws = false }: FunctionModule, actions: readonly string[]): object {
  const account = readsAws ? [(readOnlyPolicy(actions) as { Statement: [object] }).Statement[0]] : [];
  const statements = [...ownLog(name), ...account, ...merged(needs).map(statementOf)];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: `\${self:service}-\${sls:stage}-${name}-\${self:provider.region}`,
      Path: '${param:rolePath}',
      Description: `What the function ${name} of Witnessmark may do`,
      PermissionsBoundary: { 'Fn::If': ['HasBoundary', { Ref: 'PermissionsBoundary' }, { Ref: 'AWS::NoValue' }] },
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      ManagedPolicyArns: { 'Fn::If': ['InVpc', [{ 'Fn::Sub': VPC_POLICY }], { Ref: 'AWS::NoValue' }] },
      Policies: [{ PolicyName: 'witnessmark', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

/** For functions in a VPC: AWS's own policy for their network interfaces. */
const VPC_POLICY = 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';

function ownLog(name: string): object[] {
  const group = `log-group:/aws/lambda/\${self:service}-\${sls:stage}-${name}`;
  return [
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:${group}:*`),
    },
    // X-Ray knows no resources.
    { Sid: 'Trace', Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
  ];
}

/** Needs of the same name are one: parts of the code may say the same thing. Throws where they differ. */
function merged(needs: readonly Need[]): Need[] {
  const found = new Map<string, Need>();
  for (const need of needs) {
    const known = found.get(need.sid);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(need)) {
      throw new Error(`two different needs are named ${need.sid}`);
    }
    found.set(need.sid, need);
  }
  return [...found.values()];
}

function statementOf({ sid, actions, resources, condition }: Need): object {
  const arns = resources.map(arnOf);
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: [...actions],
    Resource: arns.length === 1 ? arns[0] : arns,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

const sub = (text: string): object => ({ 'Fn::Sub': text });

const NAMED: Readonly<Record<string, object>> = {
  TrailBuckets: { 'Fn::Split': [',', '${param:trailBucketArns}'] },
  TrailObjects: { 'Fn::Split': [',', '${param:trailObjectArns}'] },
  TrailKeys: { 'Fn::Split': [',', '${param:trailKeyArns}'] },
  MemberRoles: sub('arn:${AWS::Partition}:iam::*:role/${param:memberRole}'),
};

/** The ARN of a resource of the template. Those of functions by name: a role that names its own function would wait for itself. */
function arnOf(resource: string): object | string {
  if (resource === '*' || resource.startsWith('arn:')) return resource;
  const [id = '', ...path] = resource.split('/');
  if (NAMED[id] !== undefined) return NAMED[id];
  if (id.endsWith('Function')) return functionArn(id.slice(0, -'Function'.length));
  if (id.endsWith('Topic')) return { Ref: id };
  // A key may be the user's own: then the template has none of that name.
  if (id.endsWith('Key')) return { 'Fn::If': [`Makes${id}`, { 'Fn::GetAtt': [id, 'Arn'] }, { Ref: `${id}Arn` }] };
  return path.length === 0 ? { 'Fn::GetAtt': [id, 'Arn'] } : sub(`\${${id}.Arn}/${path.join('/')}`);
}

function functionArn(pascalName: string): object {
  const name = pascalName.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
  const own = `\${self:service}-\${sls:stage}-${name}`;
  return sub(`arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${own}`);
}
