import { z } from 'zod';
import { unparsable } from '../../failure.ts';
import { type Aws, population } from '../../service.ts';
import { LastStatus } from './last-status.ts';

const Channel = z.object({
  name: z.string().min(1),
  s3BucketName: z.string().min(1),
  // Left out where the channel has none.
  s3KmsKeyArn: z.string().optional(),
  snsTopicARN: z.string().optional(),
});
type Channel = z.infer<typeof Channel>;

/** Left out, or empty, before the first delivery of its kind. */
const Delivery = z.object({ lastStatus: LastStatus.optional(), lastErrorCode: z.string().optional() }).optional();

const Status = z.object({
  name: z.string(),
  configSnapshotDeliveryInfo: Delivery,
  configHistoryDeliveryInfo: Delivery,
  configStreamDeliveryInfo: Delivery,
});

/**
 * The delivery channel of the region: AWS allows one. Where there is none the region is still a
 * subject, and the same one, so that "no channel" and its end stand in one history.
 */
export const deliveryChannels = population({
  type: 'AWS::Config::DeliveryChannel',
  facts: {
    present: 'whether the region has a delivery channel',
    bucket: 'S3 bucket that the channel delivers to; null without a channel',
    kmsKeyId: 'KMS key that encrypts what is delivered; null without one',
    topic: 'SNS topic that is told of changes; null without one',
    deliveries:
      'last delivery of each kind that there was: [{kind: history, snapshot or stream; status: Success, Failure, Pending or NotApplicable; error: its code, or null}]; empty without a channel',
  },
  permissions: ['config:DescribeDeliveryChannels', 'config:DescribeDeliveryChannelStatus'],
  async read(aws) {
    const listed = await aws.list('config:DescribeDeliveryChannels', {}, { items: Channel, at: 'DeliveryChannels' });
    const id = `config-delivery:${aws.account}:${aws.region}`;
    if (listed.length === 0) return [{ id, name: aws.region, facts: absent }];
    const suffix = (channel: Channel) => (listed.length === 1 ? '' : `:${channel.name}`);
    return listed.map((it) => ({ id: id + suffix(it), name: it.name, facts: factsOf(it) }));
  },
});

const absent = {
  present: () => false,
  bucket: () => null,
  kmsKeyId: () => null,
  topic: () => null,
  deliveries: () => [],
};

function factsOf(channel: Channel) {
  return {
    present: () => true,
    bucket: () => channel.s3BucketName,
    kmsKeyId: () => channel.s3KmsKeyArn ?? null,
    topic: () => channel.snsTopicARN ?? null,
    deliveries: async (aws: Aws) => deliveriesOf(await statusOf(aws, channel)),
  };
}

function deliveriesOf(status: z.infer<typeof Status>) {
  const kinds = [
    { kind: 'history', info: status.configHistoryDeliveryInfo },
    { kind: 'snapshot', info: status.configSnapshotDeliveryInfo },
    { kind: 'stream', info: status.configStreamDeliveryInfo },
  ];
  return kinds.flatMap(({ kind, info }) =>
    info?.lastStatus === undefined ? [] : [{ kind, status: info.lastStatus, error: info.lastErrorCode ?? null }],
  );
}

async function statusOf(aws: Aws, { name }: Channel): Promise<z.infer<typeof Status>> {
  const operation = 'config:DescribeDeliveryChannelStatus';
  const statuses = await aws.list(operation, {}, { items: Status, at: 'DeliveryChannelsStatus' });
  const status = statuses.find((it) => it.name === name);
  if (status !== undefined) return status;
  throw unparsable({ operation, requestId: null }, '/DeliveryChannelsStatus', `no status for the channel ${name}`);
}
