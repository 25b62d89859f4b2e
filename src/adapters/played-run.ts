import type { Cloud } from '../ports/cloud.ts';
import type { Objects } from '../ports/objects.ts';
import { readRunObject } from './recording-object.ts';
import { replayCloud } from './replay/cloud.ts';

/** AWS as the recorded run `recording/<file>` has it. Throws as `readRunObject` does. */
export async function playedRun(objects: Pick<Objects, 'get'>, file: string): Promise<Cloud> {
  const { retrievals } = await readRunObject(objects, file);
  return replayCloud(retrievals);
}
