import { z } from 'zod';
import { CheckFile, EventFile } from '../model/check.ts';
import { ControlSet, FrameworkFile, FrameworkHead } from '../model/framework.ts';
import { Statements } from '../model/scope.ts';

const SCHEMAS: Readonly<Record<string, { title: string; schema: z.ZodType }>> = {
  checks: { title: 'Checks of one AWS service: checks/<service>.yaml', schema: CheckFile },
  events: { title: 'CloudTrail event selectors of one topic: events/<topic>.yaml', schema: EventFile },
  framework: { title: 'A framework in a folder: <id>/framework.yaml', schema: FrameworkHead },
  'control-set': { title: 'One control set of a framework: <id>/<set>.yaml', schema: ControlSet },
  'framework-file': { title: 'A framework in one file, on its own or on top of another', schema: FrameworkFile },
  statements: { title: 'Exceptions, attestations and scope statements', schema: Statements },
};

/** JSON Schemas (2020-12) of every file that people write, by file name without `.json`: for editors. */
export function catalogueSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, { title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', reused: 'ref' });
      return [name, { $schema, title, ...rest }];
    }),
  );
}
