import type { Cosigned } from '../app/cosign.ts';
import type { Output } from './output.ts';

/** Says which witnesses did not cosign, and why: nothing is lost by it, but nobody should think they did. */
export function tellCosigned(cosigned: Cosigned | undefined, out: Output): void {
  if (cosigned === undefined) return;
  const { size, asked, met } = cosigned;
  for (const { witness, failure } of asked)
    if (failure !== undefined)
      out.note(`witness ${witness} has not cosigned the checkpoint of ${size} entries: ${failure}`);
  if (!met) out.note(`the checkpoint of ${size} entries lacks the quorum of witnesses; the next run asks again`);
}
