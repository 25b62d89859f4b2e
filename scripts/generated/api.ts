import { openApiDocument } from '../../src/api/openapi.ts';
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { Role } from '../../src/model/access.ts';
import { code, page, table } from './markdown.ts';

/** The OpenAPI document and the page about it, by their paths. */
export function apiFiles(): [path: string, text: string][] {
  return [
    ['docs/openapi.json', `${JSON.stringify(openApiDocument(ROUTES), undefined, 2)}\n`],
    ['docs/API.md', apiPage()],
  ];
}

function apiPage(): string {
  const rows = ROUTES.map((route) => {
    const { method, path, operation, recorded } = route;
    const marks = Role.options.map((role) => markOf(route, role));
    return [code(operation), `${method.toUpperCase()} ${code(path)}`, ...marks, recorded ? 'yes' : ''];
  });
  return page('HTTP API', [INTRO, table(['Operation', 'Request', ...Role.options, 'recorded'], rows)]);
}

/** Auditors never see anything beyond the assessments that are theirs. */
function markOf({ roles, tag }: Route, role: Role): string {
  if (roles === 'everybody') return 'yes';
  if (!roles.includes(role)) return '';
  return role === 'auditor' && tag !== 'Ledger' && tag !== 'About' ? 'theirs' : 'yes';
}

const INTRO = `What each operation is, and who may ask for it. [openapi.json](openapi.json) has every parameter and answer.

- Errors are problem details (RFC 9457) with a \`code\` that is stable. \`x-request-id\` names the request in logs and in access entries.
- Lists have at most \`limit\` items (100 unless told, 500 at most) and a \`cursor\` for the next page, over the ledger as it was when the list was begun.
- An auditor sees the assessments that their token names, and evidence of their scope, sources and period. Who may see one only need not name it.
- What is recorded is in the ledger before it is answered. What is refused is recorded for every operation.
- \`getHealth\` and \`getOpenApi\` need no sign-in.`;
