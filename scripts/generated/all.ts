import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import { formatProblem } from '../../src/catalog/problem.ts';
import { catalogueSchemas } from '../../src/catalog/schema.ts';
import { loadServices } from '../../src/collect/services.ts';
import { absencesPage } from './absences.ts';
import { apiFiles } from './api.ts';
import { checksPage } from './checks.ts';
import { deploymentFiles } from './deployment.ts';
import { factsPage } from './facts.ts';
import { frameworksPage } from './frameworks.ts';
import { healthFile } from './health.ts';
import { permissionsPage } from './permissions.ts';
import { registries } from './registry.ts';
import { functionModules, rolesFile, rolesTable } from './roles.ts';
import { projectRoot } from './root.ts';
import { vectorFiles } from './vectors.ts';
import { verifyPage } from './verify-page.ts';
import { watchFiles } from './watch.ts';

/**
 * What `npm run generate` writes: path from the project's folder → text, the same for the same
 * sources. Throws with the first mistake of the catalogue, because pages about a wrong one would be
 * wrong in silence.
 */
export async function generatedFiles(): Promise<Map<string, string>> {
  const catalogue = await loadCatalogueFiles();
  const wrong = lintCatalogue(catalogue).find((it) => it.severity === 'error');
  if (wrong !== undefined) throw new Error(formatProblem(wrong));
  const services = await loadServices();
  const functions = await functionModules();
  const schemas = Object.entries(catalogueSchemas()).map(([name, schema]): [string, string] => [
    `frameworks/schema/${name}.json`,
    `${JSON.stringify(schema, undefined, 2)}\n`,
  ]);
  return new Map([
    ...registries(projectRoot),
    ...schemas,
    ...deploymentFiles(services.permissions),
    ['serverless/health.yml', healthFile()],
    ['serverless/roles.json', rolesFile(functions, services.permissions)],
    ...watchFiles(catalogue),
    ...(await vectorFiles()),
    ['src/pack/verify-page/verify.html', await verifyPage()],
    ...apiFiles(),
    ['docs/PERMISSIONS.md', permissionsPage(services, rolesTable(functions))],
    ['docs/ABSENCES.md', absencesPage(services)],
    ['docs/FACTS.md', factsPage(services)],
    ['docs/CHECKS.md', checksPage(catalogue)],
    ['docs/FRAMEWORKS.md', frameworksPage(catalogue)],
  ]);
}
