import { didYouMean } from '../evaluate/nearest.ts';
import { DeploymentConfig } from '../model/deployment-config.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';

/** Where a deployment's own configuration lies in its bucket. */
export const CONFIG_KEY = 'config/deployment.yaml';
const MAX_BYTES = 256 * 1024;

/**
 * What the deployment looks at: `config/deployment.yaml` of its bucket, or what it was deployed with where there is
 * none. Throws `config-invalid` with the place of the first mistake.
 */
export async function deploymentConfig(
  objects: Pick<Objects, 'get'>,
  deployed: unknown,
  known: { readonly services: Iterable<string>; readonly frameworks: Iterable<string> },
): Promise<DeploymentConfig> {
  const stored = await objects.get(CONFIG_KEY);
  const config = stored === undefined ? fromParameters(deployed) : await fromFile(stored.bytes);
  refuseUnknown('service', config.services ?? [], [...known.services]);
  refuseUnknown(
    'framework',
    config.assessments.map((it) => it.framework),
    [...known.frameworks],
  );
  return config;
}

async function fromFile(bytes: Uint8Array): Promise<DeploymentConfig> {
  if (bytes.length > MAX_BYTES)
    throw invalid(`${CONFIG_KEY}: expected at most ${MAX_BYTES} bytes, got ${bytes.length}`);
  // Loaded here: most deployments have no such file, and YAML takes longer to load than all else.
  const { readYaml } = await import('../catalog/yaml.ts');
  const { value, problems } = readYaml(Buffer.from(bytes).toString('utf8'), CONFIG_KEY, DeploymentConfig);
  const [first] = problems;
  if (value !== undefined && first === undefined) return value;
  throw invalid(`${first?.file}:${first?.line}:${first?.column}: ${first?.message}`);
}

function fromParameters(deployed: unknown): DeploymentConfig {
  const { success, data, error } = DeploymentConfig.safeParse(deployed);
  if (success) return data;
  const problems = error.issues.map((it) => `${it.path.join('.')}: ${it.message}`);
  throw invalid(`the parameters of the deployment: ${problems.join('; ')}`);
}

function refuseUnknown(what: string, asked: readonly string[], known: readonly string[]): void {
  const wrong = asked.find((it) => !known.includes(it));
  if (wrong === undefined) return;
  throw invalid(`no ${what} "${wrong}"${didYouMean(wrong, known)}: expected one of ${known.join(', ')}`);
}

const invalid = (what: string): WitnessmarkError =>
  new WitnessmarkError('config-invalid', what, {
    hint: 'mend it and start the state machine again; nothing was collected',
  });
