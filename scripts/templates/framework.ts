import { didYouMean } from '../../src/evaluate/nearest.ts';
import { WitnessmarkError } from '../../src/model/error.ts';
import { FrameworkId } from '../../src/model/framework.ts';
import { sentence, type Written } from './written.ts';

const RESERVED = new Set(['checks', 'events', 'official', 'schema']);

/** A framework of its own in a folder, or (`base`) one file on top of another framework. */
export function newFramework(id: string, base: string | undefined, known: ReadonlySet<string>): Written {
  if (!FrameworkId.safeParse(id).success || RESERVED.has(id))
    throw new WitnessmarkError('new-name', `framework "${id}": expected lower case letters, digits, hyphens and dots`);
  if (known.has(id)) throw new WitnessmarkError('new-exists', `the framework ${id} is there already`);
  if (base !== undefined && !known.has(base))
    throw new WitnessmarkError('new-base', `--extends ${base}: no such framework${didYouMean(base, known)}`);
  const next = [
    'write the controls; each needs at least one source, and each source says why it is evidence',
    'npx witnessmark framework validate',
    `npx witnessmark framework coverage ${id}`,
  ];
  return { files: base === undefined ? inFolder(id) : onTop(id, base), next };
}

const head = (id: string): string => `framework: ${id}
title: ${sentence(id)}
version: '1'
publisher: The name of your organisation
retention: 7y
`;

function inFolder(id: string): Map<string, string> {
  return new Map([
    [`frameworks/${id}/framework.yaml`, `${head(id)}description: What the framework is for, in a sentence or two.\n`],
    [`frameworks/${id}/1.yaml`, setText],
  ]);
}

const setText = `id: '1'
title: The first set of controls
controls:
  - id: '1.1'
    title: Requests to storage are encrypted on their way
    description: Data that is sent to and read from storage cannot be read or changed in between.
    testing: Read the policy of a sample of the buckets, and try a request without TLS.
    action_plan: Deny requests without TLS in the policy of each bucket that fails.
    sources:
      - check: s3-bucket-tls-only
        strength: partial
        why: Shows it for S3; other ways to storage are shown by people.
      - manual:
          ask: List of all storage that is not S3, with how requests to it are encrypted
          renew: 1y

  - id: '1.2'
    title: The set of rules is read and approved every year
    sources:
      - manual:
          ask: Minutes of the meeting in which the rules were approved
          renew: 1y
`;

function onTop(id: string, base: string): Map<string, string> {
  return new Map([
    [
      `frameworks/${id}.yaml`,
      `${head(id)}extends: ${base}

# Controls that the base does not have. Beside this: \`override\` changes controls of the base, \`remove\` leaves
# controls or sets out with a reason. examples/acme-baseline.yaml shows all three.
control_sets:
  - id: HOUSE
    title: House rules
    controls:
      - id: HOUSE-1
        title: The house rules are read and approved every year
        sources:
          - manual:
              ask: Minutes of the meeting in which the house rules were approved
              renew: 1y
`,
    ],
  ]);
}
