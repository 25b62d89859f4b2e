import { stringify } from 'yaml';
import { watchedEvents } from '../../src/app/catalogue.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import { type EventPattern, eventPatterns, everything } from './event-patterns.ts';

const DATA_KEY = { 'Fn::If': ['MakesDataKey', { 'Fn::GetAtt': ['DataKey', 'Arn'] }, { Ref: 'DataKeyArn' }] };

/** A test stack sends events of its own, since nobody but AWS can send with a source that begins with `aws.`. */
const DEPLOYED_SOURCES = param('watchSources');
const HEAD =
  '# Written by `npm run generate` from the selectors in frameworks/events that have an alert. Change those, not this file.\n';

/** A parameter of the deployment: see serverless/params.yml. */
function param(name: string): string {
  return `\${param:${name}}`;
}

/** What brings events to the watch function: path from the project's folder → text. */
export function watchFiles(catalogue: Catalogue): Map<string, string> {
  const events = watchedEvents(catalogue);
  return new Map([
    ['serverless/watch.yml', HEAD + yaml(watchResources(eventPatterns(events, DEPLOYED_SOURCES)))],
    ['templates/watch-forwarding.yaml', HEAD + yaml(forwarding(eventPatterns(events)))],
  ]);
}

/** YAML 1.1 is what CloudFormation reads. Functions are in their long form, which needs no tags. */
const yaml = (value: object): string =>
  stringify(value, { version: '1.1', lineWidth: 150, aliasDuplicateObjects: false });

const ref = (name: string) => ({ Ref: name });
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

function watchResources(patterns: readonly EventPattern[]): object {
  return {
    Conditions: {
      WatchesOrganization: { 'Fn::Not': [{ 'Fn::Equals': [param('organization'), ''] }] },
    },
    Resources: {
      WatchQueue: queue({
        // Six times what the function may take, as AWS advises for a queue that feeds one.
        VisibilityTimeout: 180,
        RedrivePolicy: { deadLetterTargetArn: arnOf('WatchDeadLetters'), maxReceiveCount: 5 },
      }),
      WatchDeadLetters: queue({}),
      WatchQueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [ref('WatchQueue'), ref('WatchDeadLetters')],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'RulesOfThisAccount',
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: [arnOf('WatchQueue'), arnOf('WatchDeadLetters')],
                Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
              },
              {
                Sid: 'TlsOnly',
                Effect: 'Deny',
                Principal: '*',
                Action: 'sqs:*',
                Resource: [arnOf('WatchQueue'), arnOf('WatchDeadLetters')],
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      },
      ...Object.fromEntries(patterns.map((it, at) => [`WatchRule${at + 1}`, rule(it, TO_QUEUE)])),
      // For selectors of one's own, which the rules above know nothing of.
      WatchRuleEverything: rule(everything(DEPLOYED_SOURCES), TO_QUEUE, param('watchEverything')),
      WatchBusPolicy: {
        Type: 'AWS::Events::EventBusPolicy',
        Condition: 'WatchesOrganization',
        Properties: {
          EventBusName: 'default',
          StatementId: 'WitnessmarkWatch',
          Statement: {
            Effect: 'Allow',
            Principal: '*',
            Action: 'events:PutEvents',
            Resource: BUS,
            Condition: { StringEquals: { 'aws:PrincipalOrgID': param('organization') } },
          },
        },
      },
    },
    Outputs: {
      WatchBusArn: { Description: 'AuditBusArn of templates/watch-forwarding.yaml', Value: BUS },
      WatchDeadLettersUrl: { Description: 'Watched events that failed five times', Value: ref('WatchDeadLetters') },
    },
  };
}

const BUS = join(
  'arn:',
  ref('AWS::Partition'),
  ':events:',
  ref('AWS::Region'),
  ':',
  ref('AWS::AccountId'),
  ':event-bus/default',
);
const TO_QUEUE = { Id: 'queue', Arn: arnOf('WatchQueue'), DeadLetterConfig: { Arn: arnOf('WatchDeadLetters') } };

const queue = (properties: object) => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    MessageRetentionPeriod: 1_209_600,
    KmsMasterKeyId: DATA_KEY,
    KmsDataKeyReusePeriodSeconds: 3600,
    ...properties,
  },
});

const rule = (pattern: EventPattern, target: object, state = 'ENABLED') => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Description: 'Management events that Witnessmark watches',
    State: state,
    EventPattern: pattern,
    Targets: [target],
  },
});

/** For member accounts and other regions. */
function forwarding(patterns: readonly EventPattern[]): object {
  const target = { Id: 'audit', Arn: ref('AuditBusArn'), RoleArn: arnOf('ForwardingRole') };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      "Forwards watched management events to the event bus of the audit account. Deploy it as a StackSet to every account and region that is watched, us-east-1 among them, but not to the audit account's own region.",
    Parameters: {
      AuditBusArn: {
        Type: 'String',
        Description: "Output WatchBusArn of the audit account's stack",
        AllowedPattern: '^arn:aws(-[a-z]+)*:events:[a-z0-9-]+:\\d{12}:event-bus/[\\w./-]+$',
      },
      Everything: {
        Type: 'String',
        Description: 'ENABLED forwards all management events, for selectors of your own',
        AllowedValues: ['ENABLED', 'DISABLED'],
        Default: 'DISABLED',
      },
    },
    Resources: {
      ForwardingRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Description: 'Lets EventBridge hand watched events to the audit account',
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
              },
            ],
          },
          Policies: [
            {
              PolicyName: 'PutEventsToAuditBus',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: ref('AuditBusArn') }],
              },
            },
          ],
        },
      },
      ...Object.fromEntries(patterns.map((it, at) => [`ForwardingRule${at + 1}`, rule(it, target)])),
      ForwardingRuleEverything: {
        ...rule(everything(), target),
        Properties: { ...rule(everything(), target).Properties, State: ref('Everything') },
      },
    },
  };
}
