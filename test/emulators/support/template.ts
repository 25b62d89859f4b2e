import { readFile } from 'node:fs/promises';

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Condition?: unknown;
}

/** A compiled template, and what tests ask of it. Throws where a resource is not there. */
export async function readTemplate(path: string) {
  const { Resources, Parameters } = JSON.parse(await readFile(path, 'utf8')) as {
    Resources: Readonly<Record<string, Resource>>;
    Parameters: Readonly<Record<string, object>>;
  };
  const resource = (name: string): Resource => {
    const found = Resources[name];
    if (found === undefined) throw new Error(`no ${name} among ${Object.keys(Resources).join(', ')}`);
    return found;
  };
  return {
    resource,
    properties: (name: string) => resource(name).Properties,
    parameter: (name: string) => Parameters[name],
    ofType: (type: string) => Object.entries(Resources).filter(([, it]) => it.Type === type),
    /** The statements of the policy of a bucket, key, topic or queue. */
    statements(name: string): Statement[] {
      const { PolicyDocument, KeyPolicy } = resource(name).Properties;
      return ((PolicyDocument ?? KeyPolicy) as { Statement: Statement[] }).Statement;
    },
  };
}
