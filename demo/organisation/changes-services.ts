import { DeleteRepositoryPolicyCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ModifyDBInstanceCommand, ModifyDBParameterGroupCommand } from '@aws-sdk/client-rds';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { NEW_POLICY } from './balancers.ts';
import type { Change } from './change.ts';
import { keepFor, switchAlarm } from './monitoring.ts';
import { rotate } from './secrets.ts';
import { recoverable } from './tables.ts';

type Make = Change['make'];

/** Gives a database a public address, or takes it away. */
export const databasePublic =
  (dBInstanceIdentifier: string, isPublic: boolean): Make =>
  async (_, { rds }) => {
    const input = { DBInstanceIdentifier: dBInstanceIdentifier, PubliclyAccessible: isPublic, ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand(input));
    const request = { dBInstanceIdentifier, publiclyAccessible: isPublic, applyImmediately: true };
    return [
      { call: 'rds:ModifyDBInstance', request, response: { dBInstanceIdentifier, publiclyAccessible: !isPublic } },
    ];
  };

export const backupsKept =
  (dBInstanceIdentifier: string, days: number): Make =>
  async (_, { rds }) => {
    const input = { DBInstanceIdentifier: dBInstanceIdentifier, BackupRetentionPeriod: days, ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand(input));
    const request = { dBInstanceIdentifier, backupRetentionPeriod: days, applyImmediately: true };
    return [{ call: 'rds:ModifyDBInstance', request, response: { dBInstanceIdentifier } }];
  };

/** Has MySQL refuse clients without TLS. */
export const tlsDemanded =
  (dBParameterGroupName: string): Make =>
  async (_, { rds }) => {
    const parameter = { ParameterName: 'require_secure_transport', ParameterValue: 'ON' };
    const Parameters = [{ ...parameter, ApplyMethod: 'immediate' as const }];
    await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: dBParameterGroupName, Parameters }));
    const parameters = [{ parameterName: 'require_secure_transport', parameterValue: 'ON', applyMethod: 'immediate' }];
    const request = { dBParameterGroupName, parameters };
    return [{ call: 'rds:ModifyDBParameterGroup', request, response: { dBParameterGroupName } }];
  };

/** Lets everyone pull the images of a repository. */
export const repositoryOpened =
  (repositoryName: string): Make =>
  async (_, { images }) => {
    const Action = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    const Statement = [{ Sid: 'Pull', Effect: 'Allow', Principal: '*', Action }];
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement });
    await images.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    const request = { repositoryName, policyText, force: false };
    return [{ call: 'ecr:SetRepositoryPolicy', request, response: { repositoryName, policyText } }];
  };

export const repositoryClosed =
  (repositoryName: string): Make =>
  async (_, { images }) => {
    await images.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    return [{ call: 'ecr:DeleteRepositoryPolicy', request: { repositoryName }, response: { repositoryName } }];
  };

export const alarmSwitched =
  (name: string, isOn: boolean): Make =>
  async (_, place) => {
    await switchAlarm(place, name, isOn);
    return [{ call: `monitoring:${isOn ? 'Enable' : 'Disable'}AlarmActions`, request: { alarmNames: [name] } }];
  };

/** Gives a listener a security policy without old versions of TLS. */
export const tlsModernised =
  (listener: string): Make =>
  async (world, { balancers }) => {
    const listenerArn = world.id(`listener/${listener}`);
    await balancers.send(new ModifyListenerCommand({ ListenerArn: listenerArn, SslPolicy: NEW_POLICY }));
    return [{ call: 'elasticloadbalancing:ModifyListener', request: { listenerArn, sslPolicy: NEW_POLICY } }];
  };

export const runtimeRaised =
  (functionName: string, runtime: 'nodejs24.x'): Make =>
  async (_, { lambda }) => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: functionName, Runtime: runtime }));
    const request = { functionName, runtime };
    return [{ call: 'lambda:UpdateFunctionConfiguration20150331v2', request, response: { functionName, runtime } }];
  };

export const recoveryEnabled =
  (tableName: string): Make =>
  async (_, place) => {
    await recoverable(place, tableName);
    const pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 };
    return [{ call: 'dynamodb:UpdateContinuousBackups', request: { tableName, pointInTimeRecoverySpecification } }];
  };

export const secretRotated =
  (name: string, at: string): Make =>
  async (world, { account }) => {
    await rotate(world, { name, account }, at);
    return [{ call: 'secretsmanager:RotateSecret', request: { secretId: world.id(`secret/${name}`) } }];
  };

export const retentionSet =
  (logGroupName: string, retentionInDays: number): Make =>
  async (_, place) => {
    await keepFor(place, logGroupName, retentionInDays);
    return [{ call: 'logs:PutRetentionPolicy', request: { logGroupName, retentionInDays } }];
  };

/** Has SQS encrypt what waits in a queue with keys of its own. */
export const queueEncrypted =
  (name: string): Make =>
  async (world, { queues }) => {
    const queueUrl = world.id(`queue/${name}`);
    const Attributes = { SqsManagedSseEnabled: 'true' };
    await queues.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes }));
    return [{ call: 'sqs:SetQueueAttributes', request: { queueUrl, attributes: Attributes } }];
  };
