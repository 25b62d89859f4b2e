import type { KnownAssessment, Version } from '../app/assessments.ts';
import type { About } from '../app/statements.ts';
import type { Call } from './route.ts';
import { notFound } from './shapes.ts';

/** An assessment by its id, and one version of it. Throws `api-not-found`. */
export async function versionOf(
  call: Pick<Call<never, never, never>, 'known'>,
  id: string,
  entry?: number,
): Promise<{ assessment: KnownAssessment; version: Version }> {
  const assessment = (await call.known()).find((it) => it.id === id);
  const version =
    entry === undefined ? assessment?.versions.at(-1) : assessment?.versions.find((it) => it.entry === entry);
  if (assessment === undefined || version === undefined) throw notFound('such assessment, or no such version of it');
  return { assessment, version };
}

/** The assessment that statements are asked for; the index is up to date when it returns. */
export async function aboutOf({
  assessment,
  known,
}: Pick<Call<never, never, never>, 'assessment' | 'known'>): Promise<About | undefined> {
  if (assessment !== undefined) {
    const { framework } = (await versionOf({ known }, assessment)).assessment;
    return { framework: framework.framework, assessment };
  }
  await known();
  return undefined;
}
