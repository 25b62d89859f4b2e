import { describe, expect, it } from 'vitest';
import {
  catalogueDigest,
  checkSources,
  ingestedEvents,
  sourceDefinitions,
  watchedEvents,
} from '../../src/app/catalogue.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import type { Framework } from '../../src/model/framework.ts';
import { BOX, CATALOGUE, catalogueOf } from './demo.ts';

const digestWith = async (from: string, to: string) => {
  const catalogue = await catalogueOf(['locked', 'young'], (text) => text.replaceAll(from, to));
  return catalogueDigest(catalogue);
};
const framework = CATALOGUE.frameworks.get('boxes') as Framework;

describe('the sources of a catalogue', () => {
  it('are its checks of the asked types, and the variants that frameworks ask for', () => {
    expect(checkSources(CATALOGUE, [BOX]).map(({ source, params }) => [source, params])).toEqual([
      ['check:demo-box-locked', {}],
      ['check:demo-box-young', {}],
      ['check:demo-box-young@maxAge=60', { maxAge: 60 }],
    ]);
    expect(checkSources(CATALOGUE, ['AWS::S3::Bucket'])).toEqual([]);
  });

  it('hold no variant where a control pins the default', async () => {
    const catalogue = await catalogueOf(['locked', 'young'], (text) => text.replace('maxAge: 60', 'maxAge: 90'));
    expect(checkSources(catalogue, [BOX]).map(({ source }) => source)).toEqual([
      'check:demo-box-locked',
      'check:demo-box-young',
    ]);
  });
});

describe('the digest of a catalogue', () => {
  const digest = catalogueDigest(CATALOGUE);

  it.each([
    ['the expression of a check', 'expect: resource.locked\n', 'expect: "!resource.locked"\n'],
    ['the reason of a check', 'it is old or young', 'old or young it is'],
    ['a default', 'default: 90', 'default: 80'],
    ['a parameter of a control', 'maxAge: 60', 'maxAge: 50'],
    ['the expression of a selector', '== "Root"', '== "root"'],
    ['what a selector expects', 'expect: none', 'expect: any'],
  ])('changes with %s', async (_what, from, to) => {
    expect(await digestWith(from, to)).not.toBe(digest);
  });

  it.each([
    ['a title of a check', 'Boxes of the demo are locked', 'Boxes of the demo are shut'],
    ['a remediation', 'lock the box again', 'lock the box once more'],
    ['a title of a selector', 'The root user signed in', 'Somebody signed in as root'],
    ['a control', 'Boxes are kept shut', 'Boxes are kept closed'],
  ])('does not change with %s', async (_what, from, to) => {
    expect(await digestWith(from, to)).toBe(digest);
  });

  it('does not depend on the order of the checks', async () => {
    expect(catalogueDigest(await catalogueOf(['young', 'locked']))).toBe(digest);
  });
});

describe('what an assessment knows of its sources', () => {
  const definitions = sourceDefinitions(CATALOGUE, framework);

  it('is there for each automated source of the framework', () => {
    expect([...definitions.keys()]).toEqual([
      'check:demo-box-locked',
      'check:demo-box-young@maxAge=60',
      'config_rule:BOX_TAGGED',
      'cloudtrail:root-console-login',
    ]);
  });

  it('holds the expression and the parameters as they are applied', () => {
    expect(definitions.get('check:demo-box-young@maxAge=60')).toMatchObject({
      expect: 'resource.age <= params.maxAge',
      params: { maxAge: 60 },
      scope: 'regional',
      kind: 'state',
    });
    expect(definitions.get('cloudtrail:root-console-login')).toMatchObject({
      kind: 'events',
      wanted: 'none',
      scope: 'global',
    });
    expect(definitions.get('config_rule:BOX_TAGGED')).toMatchObject({ kind: 'state', params: {} });
  });

  it('cannot be given for a check that the catalogue does not have', async () => {
    const poorer = await catalogueOf(['labelled']);
    expect(() => sourceDefinitions(poorer, framework)).toThrow(expect.objectContaining({ code: 'catalog-unknown' }));
  });
});

describe('a selector with an alert', () => {
  const SELECTOR = `
  - name: box-thrown-away
    title: Boxes that were thrown away
    match: event.eventSource == "demo.amazonaws.com" && event.eventName == "DeleteBox"
    expect: any
    remediation: Ask who threw it away.
    alert: { severity: high, why: What was in the box is gone. }
    examples:
      - match: { eventSource: demo.amazonaws.com, eventName: DeleteBox }
      - ignore: { eventSource: demo.amazonaws.com, eventName: CreateBox }
`;
  const watching = (edit: (text: string) => string = (text) => text) =>
    catalogueOf(['locked', 'young'], (text) => edit(text.startsWith('topic: sign-in') ? text + SELECTOR : text));
  const namesOf = (events: ReturnType<typeof ingestedEvents>) => events.map((it) => it.selector.name);

  it('is watched, and neither ingested nor pinned, as long as no framework uses it', async () => {
    const catalogue = await watching();
    expect(namesOf(watchedEvents(catalogue))).toEqual(['box-thrown-away']);
    expect(namesOf(ingestedEvents(catalogue))).toEqual(['root-console-login']);
    expect(catalogueDigest(catalogue)).toBe(catalogueDigest(CATALOGUE));
    expect(lintCatalogue(catalogue).filter((it) => it.message.includes('box-thrown-away'))).toEqual([]);
  });

  it('is ingested and pinned as well where a framework uses it', async () => {
    const source = '{ cloudtrail: root-console-login, strength: supporting, why: it is good to know }';
    const more = source.replace('root-console-login', 'box-thrown-away');
    const catalogue = await watching((text) => text.replace(source, `${source}\n          - ${more}`));
    expect(namesOf(ingestedEvents(catalogue))).toEqual(['root-console-login', 'box-thrown-away']);
    expect(namesOf(watchedEvents(catalogue))).toEqual(['box-thrown-away']);
    expect(catalogueDigest(catalogue)).not.toBe(catalogueDigest(CATALOGUE));
  });

  it('is warned of where no rule could bring its events', async () => {
    const catalogue = await watching((text) => text.replace('event.eventSource == "demo.amazonaws.com" && ', ''));
    expect(lintCatalogue(catalogue)).toContainEqual(
      expect.objectContaining({ code: 'catalog-alert-wide', severity: 'warning' }),
    );
  });
});
