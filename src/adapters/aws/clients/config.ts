import {
  ConfigServiceClient,
  DescribeConfigRuleEvaluationStatusCommand,
  DescribeConfigRulesCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
  DescribeDeliveryChannelStatusCommand,
  DescribeDeliveryChannelsCommand,
  GetComplianceDetailsByConfigRuleCommand,
} from '@aws-sdk/client-config-service';
import manifest from '@aws-sdk/client-config-service/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of config that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-config-service@${manifest.version}`,
  create: (config) => new ConfigServiceClient(config),
  operations: commands({
    DescribeConfigRuleEvaluationStatus: DescribeConfigRuleEvaluationStatusCommand,
    DescribeConfigRules: DescribeConfigRulesCommand,
    DescribeConfigurationRecorderStatus: DescribeConfigurationRecorderStatusCommand,
    DescribeConfigurationRecorders: DescribeConfigurationRecordersCommand,
    DescribeDeliveryChannelStatus: DescribeDeliveryChannelStatusCommand,
    DescribeDeliveryChannels: DescribeDeliveryChannelsCommand,
    GetComplianceDetailsByConfigRule: GetComplianceDetailsByConfigRuleCommand,
  }),
};
