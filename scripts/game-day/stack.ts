import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { outputs, REGION, STAGE } from '../../test/deploy/stack.ts';
import { projectRoot } from '../generated/root.ts';

const iam = new IAMClient({});
const POLICY = 'game-day';

export const address = async (): Promise<string> => (await outputs()).StoreAddress ?? '';
export const locationOf = async () => parseStoreLocation(await address());

/** The command line over the store of the stack: its exit code and what it printed. */
export async function witnessmark(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = [join(projectRoot, 'bin/witnessmark.mjs'), ...args, '--store', await address()];
  const options = { maxBuffer: 64 * 2 ** 20 };
  return promisify(execFile)(process.execPath, all, options).then(
    (it) => ({ code: 0, ...it }),
    (thrown: { code?: number; stdout: string; stderr: string }) => ({
      ...{ code: thrown.code ?? -1, stdout: thrown.stdout, stderr: thrown.stderr },
    }),
  );
}

const roleOf = (name: string): string => `witnessmark-${STAGE}-${name}-${REGION}`;

/** Takes a permission from a function's role, as a mistaken policy of somebody's does. */
export async function deny(name: string, action: string): Promise<void> {
  const Statement = [{ Effect: 'Deny', Action: action, Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: roleOf(name), PolicyName: POLICY, PolicyDocument }));
}

/** Gives it back. */
export async function undeny(name: string): Promise<void> {
  await iam.send(new DeleteRolePolicyCommand({ RoleName: roleOf(name), PolicyName: POLICY }));
}
