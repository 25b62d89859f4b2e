import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { tlsParameter } from './engines.ts';
import { listAll } from './pages.ts';

// RDS omits the value of a parameter that the engine alone sets.
const Parameter = z.object({ ParameterName: z.string().min(1), ParameterValue: z.string().optional() });

/** How the fact `tls` is described; the same for instances and clusters. */
export const TLS_MEANING =
  '{parameter: by which the engine demands TLS of all clients; value: null where the group sets none; group; applied: whether the group is in sync}';

interface Group {
  readonly name: string;
  readonly kind: 'instance' | 'cluster';
  /** Whether the database runs with the values that the group has now. */
  readonly applied: boolean;
}

/** What a parameter group says about TLS for an engine; null where no parameter of the engine decides it. */
export async function tlsOf(aws: Aws, engine: string, group: Group): Promise<Json> {
  const parameter = tlsParameter(engine);
  if (parameter === null) return null;
  const parameters = await parametersOf(aws, group);
  const value = parameters.find((it) => it.ParameterName === parameter)?.ParameterValue ?? null;
  return { parameter, value, group: group.name, applied: group.applied };
}

/** The task makes the same call once, so that a group is read once for all databases that use it. */
function parametersOf(aws: Aws, { name, kind }: Group) {
  if (kind === 'instance') {
    const input = { DBParameterGroupName: name };
    return listAll(aws, 'rds:DescribeDBParameters', { at: 'Parameters', items: Parameter, input });
  }
  const input = { DBClusterParameterGroupName: name };
  return listAll(aws, 'rds:DescribeDBClusterParameters', { at: 'Parameters', items: Parameter, input });
}
