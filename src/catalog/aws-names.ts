import { didYouMean } from '../evaluate/nearest.ts';
import { type Catalogue, type Place, problemAt } from './catalogue.ts';
import type { Problem } from './problem.ts';

/** What AWS itself judges by, as a source of a control or the `same_as` of a check names it. */
interface AwsNames {
  readonly config_rule?: string | undefined;
  readonly security_hub?: string | undefined;
}

interface Kind {
  readonly key: keyof AwsNames;
  readonly what: string;
  readonly known: ReadonlySet<string>;
}

/** Config rules and Security Hub controls that AWS does not have; the place is of what names them. */
export function unknownToAws(names: AwsNames, place: Place, catalogue: Catalogue): Problem[] {
  const kinds: Kind[] = [
    { key: 'config_rule', what: 'AWS Config rule', known: catalogue.configRules },
    { key: 'security_hub', what: 'Security Hub control', known: catalogue.securityHubControls },
  ];
  return kinds.flatMap(({ key, what, known }) => {
    const name = names[key];
    if (name === undefined || known.has(name)) return [];
    const code = `catalog-${key.replaceAll('_', '-')}-unknown`;
    return [problemAt(place, [key], { code, message: `unknown ${what} "${name}"${didYouMean(name, known)}` })];
  });
}
