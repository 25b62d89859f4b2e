import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { listAll } from './pages.ts';

const Lifecycle = z.object({ LifecycleSupportName: z.string(), LifecycleSupportEndDate: Moment });

const MajorVersion = z.object({
  Engine: z.string(),
  MajorEngineVersion: z.string().min(1),
  // Only MySQL, PostgreSQL and Aurora have lifecycles with dates.
  SupportedEngineLifecycles: z.array(Lifecycle).optional(),
});

/**
 * Until when AWS supports the major version of an engine
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBMajorEngineVersions.html).
 * Null where RDS lists the version without a lifecycle; throws where it does not list the version at all.
 */
export async function supportOf(aws: Aws, engine: string, version: string): Promise<Json> {
  const majors = await listAll(aws, 'rds:DescribeDBMajorEngineVersions', {
    at: 'DBMajorEngineVersions',
    items: MajorVersion,
  });
  const major = longest(majors.filter((it) => it.Engine === engine && isOf(version, it.MajorEngineVersion)));
  if (major === undefined) throw new Error(`RDS lists no major version of ${engine} for ${version}`);
  if (major.SupportedEngineLifecycles === undefined || major.SupportedEngineLifecycles.length === 0) return null;
  return {
    majorVersion: major.MajorEngineVersion,
    standardUntil: endOf(major, 'open-source-rds-standard-support'),
    extendedUntil: endOf(major, 'open-source-rds-extended-support'),
  };
}

type MajorVersion = z.infer<typeof MajorVersion>;

const isOf = (version: string, major: string): boolean => version === major || version.startsWith(`${major}.`);

/** `9.6` before `9`, where both are listed. */
function longest(majors: readonly MajorVersion[]): MajorVersion | undefined {
  return majors.toSorted((a, b) => b.MajorEngineVersion.length - a.MajorEngineVersion.length)[0];
}

function endOf({ SupportedEngineLifecycles = [] }: MajorVersion, name: string): string | null {
  return SupportedEngineLifecycles.find((it) => it.LifecycleSupportName === name)?.LifecycleSupportEndDate ?? null;
}
