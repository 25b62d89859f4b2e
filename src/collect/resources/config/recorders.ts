import { z } from 'zod';
import { unparsable } from '../../failure.ts';
import { type Aws, population } from '../../service.ts';
import { LastStatus } from './last-status.ts';

const Recorder = z.object({
  name: z.string().min(1),
  roleARN: z.string().min(1).optional(),
  recordingGroup: z
    .object({ allSupported: z.boolean().optional(), includeGlobalResourceTypes: z.boolean().optional() })
    .optional(),
  /** Set for recorders that another AWS service manages for itself; those say nothing about the account's own. */
  servicePrincipal: z.string().optional(),
});
type Recorder = z.infer<typeof Recorder>;

const Status = z.object({ name: z.string(), recording: z.boolean(), lastStatus: LastStatus.optional() });

/**
 * The customer managed recorder of the region: AWS allows one. Where there is none the region is
 * still a subject, and the same one, so that "no recorder" and its end stand in one history.
 */
export const recorders = population({
  type: 'AWS::Config::ConfigurationRecorder',
  facts: {
    present: 'whether the region has a customer managed configuration recorder',
    recording: 'whether it is recording now; false without a recorder',
    allSupported: 'whether it records all supported resource types of the region; false without a recorder',
    includeGlobal:
      'whether it records global types (IAM) too, which one region of an account should; false without a recorder',
    lastStatus:
      'status of the last delivery to Config: Pending, Success, Failure or NotApplicable; null where none is known',
    role: 'ARN of the role that the recorder works with; null without a recorder',
  },
  permissions: ['config:DescribeConfigurationRecorders', 'config:DescribeConfigurationRecorderStatus'],
  async read(aws) {
    const listed = await aws.list(
      'config:DescribeConfigurationRecorders',
      {},
      { items: Recorder, at: 'ConfigurationRecorders' },
    );
    const own = listed.filter((it) => it.servicePrincipal === undefined);
    const id = `config:${aws.account}:${aws.region}`;
    if (own.length === 0) return [{ id, name: aws.region, facts: absent }];
    const suffix = (recorder: Recorder) => (own.length === 1 ? '' : `:${recorder.name}`);
    return own.map((it) => ({ id: id + suffix(it), name: it.name, facts: factsOf(it) }));
  },
});

const absent = {
  present: () => false,
  recording: () => false,
  allSupported: () => false,
  includeGlobal: () => false,
  lastStatus: () => null,
  role: () => null,
};

function factsOf(recorder: Recorder) {
  const { allSupported = false, includeGlobalResourceTypes = false } = recorder.recordingGroup ?? {};
  return {
    present: () => true,
    recording: async (aws: Aws) => (await statusOf(aws, recorder)).recording,
    allSupported: () => allSupported,
    includeGlobal: () => includeGlobalResourceTypes,
    lastStatus: async (aws: Aws) => (await statusOf(aws, recorder)).lastStatus ?? null,
    role: () => roleOf(recorder),
  };
}

/** A recorder cannot be without a role: an answer without one does not say which it is. */
function roleOf({ name, roleARN }: Recorder): string {
  if (roleARN !== undefined) return roleARN;
  const call = { operation: 'config:DescribeConfigurationRecorders', requestId: null };
  throw unparsable(call, '/ConfigurationRecorders', `no role of the recorder ${name}`);
}

async function statusOf(aws: Aws, { name }: Recorder): Promise<z.infer<typeof Status>> {
  const operation = 'config:DescribeConfigurationRecorderStatus';
  const statuses = await aws.list(operation, {}, { items: Status, at: 'ConfigurationRecordersStatus' });
  const status = statuses.find((it) => it.name === name);
  if (status !== undefined) return status;
  throw unparsable(
    { operation, requestId: null },
    '/ConfigurationRecordersStatus',
    `no status for the recorder ${name}`,
  );
}
