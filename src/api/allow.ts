import type { Role } from '../model/access.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Principal } from './principal.ts';
import type { Route } from './route.ts';

/** The most powerful first: whoever has several acts in the first that a route takes. */
const ORDER: readonly Role[] = ['admin', 'compliance', 'auditor', 'viewer'];

/** The role in which somebody may ask. Throws `api-not-signed-in` and `api-role-refused`. */
export function roleFor(route: Route, principal: Principal | undefined): Role {
  if (principal === undefined) throw new WitnessmarkError('api-not-signed-in', 'nobody is signed in');
  const role = ORDER.find((it) => principal.roles.includes(it) && route.roles.includes(it));
  if (role !== undefined) return role;
  throw new WitnessmarkError(
    'api-role-refused',
    `${route.operation} is for ${[...route.roles].join(', ')}; you are ${principal.roles.join(', ') || 'none of them'}`,
  );
}

/**
 * The assessment that a request is about. An auditor who may see one gets that one where none is named.
 * Throws `api-assessment-refused` where it is not among those that the auditor may see.
 */
export function assessmentFor(
  route: Route,
  { role, principal }: { role: Role; principal: Principal },
  asked: string | undefined,
): string | undefined {
  const isAbout = 'assessment' in route.params.shape || 'assessment' in route.query.shape;
  if (role !== 'auditor' || !isAbout) return asked;
  const [only, ...more] = principal.assessments;
  if (asked === undefined && only !== undefined && more.length === 0) return only;
  allow({ role, principal }, asked);
  return asked;
}

/** Throws `api-assessment-refused` where an auditor may not see what belongs to this assessment. */
export function allow({ role, principal }: { role: Role; principal: Principal }, assessment: string | undefined): void {
  if (role !== 'auditor') return;
  if (assessment !== undefined && principal.assessments.includes(assessment)) return;
  throw new WitnessmarkError(
    'api-assessment-refused',
    assessment === undefined
      ? 'an auditor names the assessment that it is about'
      : 'the assessment is not among those that you may see',
  );
}
