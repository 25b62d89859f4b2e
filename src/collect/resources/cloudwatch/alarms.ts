import { population } from '../../service.ts';
import { type Alarm, alarmPermissions, describeAlarms } from './alarm.ts';

/** Metric alarms. Those whose actions are off still change state, but tell nobody. */
export const alarms = population({
  type: 'AWS::CloudWatch::Alarm',
  facts: {
    actionsEnabled: 'whether the alarm does anything when its state changes',
    alarmActions: 'ARNs of what is called when the state becomes ALARM',
    okActions: 'ARNs of what is called when the state becomes OK',
    insufficientDataActions: 'ARNs of what is called when the state becomes INSUFFICIENT_DATA',
  },
  permissions: alarmPermissions,
  async read(aws) {
    return (await describeAlarms(aws)).map(found);
  },
});

function found(alarm: Alarm) {
  return {
    id: alarm.AlarmArn,
    name: alarm.AlarmName,
    facts: {
      actionsEnabled: () => alarm.ActionsEnabled,
      alarmActions: () => alarm.AlarmActions,
      okActions: () => alarm.OKActions,
      insufficientDataActions: () => alarm.InsufficientDataActions,
    },
  };
}
