import { withAside } from './beside.ts';
import { openPackFiles } from './open.ts';
import { packOf } from './pack.ts';
import type { VerifyOptions, VerifyResult } from './types.ts';
import { verifyOpened, verifySteps } from './verify.ts';

/**
 * As `verifyPack` for a folder or a zip on this machine. One that is refused unread fails in a step of
 * its own, `source`.
 * @throws WitnessmarkError `pack-source-missing`
 */
export async function verifyPackAt(path: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  return await verifyOpened(
    path,
    () => openPackFiles(path),
    (files) => withAside(path, files, (aside) => verifySteps(packOf(files, options, aside))),
  );
}
