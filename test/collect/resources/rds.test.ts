import { describe, expect, it } from 'vitest';
import type { Answered } from './recorded.ts';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const databases = fixture('rds/databases.json');
const REGION = 'eu-west-1';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const INSTANCE = 'AWS::RDS::DBInstance';
const CLUSTER = 'AWS::RDS::DBCluster';
const SNAPSHOT = 'AWS::RDS::DBSnapshot';
const CLUSTER_SNAPSHOT = 'AWS::RDS::DBClusterSnapshot';
const SETTINGS = 'AWS::RDS::RegionalSettings';

const readRds = (...changes: Answered[]) => read('rds', changed(databases, ...changes), REGION);
const names = async (type: string) => populationOf(await readRds(), type).resources.map((it) => it.name);

describe('DB instances', () => {
  it('are found on all pages, in clusters or not', async () => {
    expect(await names(INSTANCE)).toEqual(['books', 'legacy', 'orders-1', 'payments', 'reports']);
  });

  it('give every fact', async () => {
    const { id, facts, failures } = resourceOf(await readRds(), INSTANCE, 'payments');
    expect(id).toBe('arn:aws:rds:eu-west-1:111122223333:db:payments');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      engine: 'postgres',
      engineVersion: '16.4',
      status: 'available',
      clusterId: null,
      replicaOf: null,
      storageEncrypted: true,
      encryptionType: null,
      kmsKeyId: KEY,
      publiclyAccessible: false,
      multiAz: true,
      backupRetentionDays: 14,
      deletionProtection: true,
      autoMinorVersionUpgrade: true,
      iamAuthentication: true,
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      copyTagsToSnapshot: true,
      logExports: ['postgresql', 'upgrade'],
      adminUser: 'ledger_owner',
      port: 5432,
      defaultPort: 5432,
      certificate: { ca: 'rds-ca-rsa2048-g1', validTill: '2027-01-05T14:55:14.000Z' },
      monitoringInterval: 60,
      tls: { parameter: 'rds.force_ssl', value: '1', group: 'strict-postgres', applied: true },
      support: { majorVersion: '16', standardUntil: '2029-02-28T23:59:59.999Z', extendedUntil: null },
    });
  });

  it('have nulls for what RDS leaves out', async () => {
    const { facts, failures } = resourceOf(await readRds(), INSTANCE, 'legacy');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({ replicaOf: 'older', kmsKeyId: null, vpcId: null, logExports: [], port: null });
    expect(facts.support).toEqual({
      majorVersion: '8.0',
      standardUntil: '2026-07-31T23:59:59.999Z',
      extendedUntil: '2029-07-31T23:59:59.999Z',
    });
  });

  it('say where the parameter for TLS is missing and where the group waits for a reboot', async () => {
    const reading = await readRds();
    const tlsOf = (name: string) => resourceOf(reading, INSTANCE, name).facts.tls;
    expect(tlsOf('legacy')).toMatchObject({ parameter: 'require_secure_transport', value: null, applied: false });
    expect(tlsOf('reports')).toMatchObject({ parameter: 'rds.force_ssl', value: null, applied: true });
  });

  it('have no fact about TLS in a cluster or where no parameter decides, and no call is made for it', async () => {
    const reading = await readRds();
    expect(resourceOf(reading, INSTANCE, 'orders-1').facts.tls).toBeNull();
    expect(resourceOf(reading, INSTANCE, 'books').facts).toMatchObject({ tls: null, encryptionType: 'sse-rds' });
    const asked = reading.retrievals.filter((it) => it.operation === 'DescribeDBParameters');
    expect(new Set(asked.map((it) => it.input.DBParameterGroupName))).toEqual(
      new Set(['strict-postgres', 'default.mysql8.0', 'default.sqlserver-se-15.0']),
    );
  });

  it('have no support dates where RDS lists the version without any', async () => {
    const reading = await readRds();
    for (const name of ['books', 'reports']) expect(resourceOf(reading, INSTANCE, name).facts.support).toBeNull();
  });

  it('read each parameter group once', async () => {
    const listed = databases.find((it) => it.call === 'rds:DescribeDBInstances')?.answer?.DBInstances as object[];
    const twin = {
      ...listed[0],
      DBInstanceArn: 'arn:aws:rds:eu-west-1:111122223333:db:twin',
      DBInstanceIdentifier: 'twin',
    };
    const reading = await readRds({
      call: 'rds:DescribeDBInstances',
      input: {},
      answer: { DBInstances: [...listed, twin] as never },
    });
    expect(resourceOf(reading, INSTANCE, 'twin').facts.tls).toMatchObject({ value: '1' });
    expect(reading.retrievals.filter((it) => it.operation === 'DescribeDBParameters')).toHaveLength(2);
  });

  it('fail in TLS alone when a page of the parameters is denied', async () => {
    for (const input of [
      { DBParameterGroupName: 'strict-postgres' },
      { DBParameterGroupName: 'strict-postgres', Marker: 'cmRz' },
    ]) {
      const reading = await readRds({ call: 'rds:DescribeDBParameters', input, error: denied });
      const { failures } = resourceOf(reading, INSTANCE, 'payments');
      expect(Object.keys(failures)).toEqual(['tls']);
      expect(failures.tls).toMatchObject({ kind: 'denied', operation: 'rds:DescribeDBParameters' });
      expect(resourceOf(reading, INSTANCE, 'legacy').failures).toEqual({});
    }
  });

  it('fail in support alone when the versions are denied, or do not list the version', async () => {
    const call = 'rds:DescribeDBMajorEngineVersions';
    for (const [change, kind] of [
      [{ error: denied }, 'denied'],
      [{ answer: { DBMajorEngineVersions: [] } }, 'unparsable'],
    ] as const) {
      const { failures } = resourceOf(await readRds({ call, input: {}, ...change }), INSTANCE, 'payments');
      expect(Object.keys(failures)).toEqual(['support']);
      expect(failures.support).toMatchObject({ kind });
    }
  });

  it('fail in exactly the fact whose field is missing', async () => {
    const listed = databases.find((it) => it.call === 'rds:DescribeDBInstances')?.answer?.DBInstances as object[];
    for (const [name, fact] of [
      ['StorageEncrypted', 'storageEncrypted'],
      ['PubliclyAccessible', 'publiclyAccessible'],
      ['MultiAZ', 'multiAz'],
      ['BackupRetentionPeriod', 'backupRetentionDays'],
      ['DeletionProtection', 'deletionProtection'],
      ['AutoMinorVersionUpgrade', 'autoMinorVersionUpgrade'],
      ['IAMDatabaseAuthenticationEnabled', 'iamAuthentication'],
      ['CopyTagsToSnapshot', 'copyTagsToSnapshot'],
      ['MasterUsername', 'adminUser'],
      ['CertificateDetails', 'certificate'],
      ['MonitoringInterval', 'monitoringInterval'],
      ['DBParameterGroups', 'tls'],
    ] as const) {
      const { [name]: _, ...rest } = listed[0] as Record<string, never>;
      const reading = await readRds({ call: 'rds:DescribeDBInstances', input: {}, answer: { DBInstances: [rest] } });
      const { failures } = resourceOf(reading, INSTANCE, 'payments');
      expect(Object.keys(failures)).toEqual([fact]);
      expect(failures[fact]).toMatchObject({ kind: 'unparsable', message: expect.stringContaining(`/${name}`) });
    }
  });
});

describe('DB clusters', () => {
  it('give every fact, those of DocumentDB and Neptune too', async () => {
    expect(await names(CLUSTER)).toEqual(['documents', 'graph', 'orders']);
    const reading = await readRds();
    const { facts, failures } = resourceOf(reading, CLUSTER, 'orders');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      engine: 'aurora-postgresql',
      engineVersion: '16.4',
      status: 'available',
      replicaOf: null,
      storageEncrypted: true,
      encryptionType: null,
      kmsKeyId: KEY,
      multiAz: true,
      backupRetentionDays: 7,
      deletionProtection: false,
      iamAuthentication: false,
      copyTagsToSnapshot: true,
      logExports: ['postgresql'],
      adminUser: 'admin',
      port: 5432,
      defaultPort: 5432,
      tls: { parameter: 'rds.force_ssl', value: '1', group: 'strict-aurora', applied: false },
    });
    expect(resourceOf(reading, CLUSTER, 'documents').facts).toMatchObject({
      logExports: [],
      tls: { parameter: 'tls', value: 'enabled', applied: true },
    });
    expect(resourceOf(reading, CLUSTER, 'graph').facts).toMatchObject({
      tls: null,
      replicaOf: 'arn:aws:rds:eu-west-1:111122223333:cluster:primary',
    });
  });

  it('fail in TLS alone when the parameters are denied or gone', async () => {
    const input = { DBClusterParameterGroupName: 'strict-aurora' };
    for (const error of [denied, rejected('DBParameterGroupNotFoundFault')]) {
      const reading = await readRds({ call: 'rds:DescribeDBClusterParameters', input, error });
      const { failures } = resourceOf(reading, CLUSTER, 'orders');
      expect(Object.keys(failures)).toEqual(['tls']);
      expect(failures.tls).toMatchObject({ kind: error.kind });
    }
  });
});

describe('manual snapshots', () => {
  it('of instances give every fact', async () => {
    expect(await names(SNAPSHOT)).toEqual(['payments-final', 'payments-new']);
    const reading = await readRds();
    expect(resourceOf(reading, SNAPSHOT, 'payments-final')).toMatchObject({
      failures: {},
      facts: {
        engine: 'postgres',
        instanceId: 'payments',
        status: 'available',
        created: '2026-08-01T03:04:05.678Z',
        encrypted: true,
        encryptionType: null,
        kmsKeyId: KEY,
        restorableBy: ['111122224444', '444455556666'],
      },
    });
    expect(resourceOf(reading, SNAPSHOT, 'payments-new')).toMatchObject({
      failures: {},
      facts: { created: null, encrypted: false, kmsKeyId: null, restorableBy: [] },
    });
  });

  it('of clusters give every fact', async () => {
    expect(await names(CLUSTER_SNAPSHOT)).toEqual(['orders-private', 'orders-public']);
    const reading = await readRds();
    expect(resourceOf(reading, CLUSTER_SNAPSHOT, 'orders-public')).toMatchObject({
      failures: {},
      facts: {
        engine: 'aurora-postgresql',
        clusterId: 'orders',
        status: 'available',
        created: '2026-08-01T03:04:05.678Z',
        encrypted: false,
        encryptionType: null,
        kmsKeyId: null,
        restorableBy: ['all'],
      },
    });
  });

  it.each([
    [SNAPSHOT, 'payments-final', 'DBSnapshot'],
    [CLUSTER_SNAPSHOT, 'orders-public', 'DBClusterSnapshot'],
  ])('%s: fail in who may restore them alone, when that is denied or not said', async (type, name, kind) => {
    const call = `rds:Describe${kind}Attributes`;
    const input = { [`${kind}Identifier`]: name };
    const silent = { [`${kind}AttributesResult`]: { [`${kind}Attributes`]: [] } };
    for (const [change, why] of [
      [{ error: denied }, 'denied'],
      [{ answer: silent }, 'unparsable'],
      [{ answer: {} }, 'unparsable'],
    ] as const) {
      const { failures } = resourceOf(await readRds({ call, input, ...change }), type, name);
      expect(Object.keys(failures)).toEqual(['restorableBy']);
      expect(failures.restorableBy).toMatchObject({ kind: why, operation: call });
    }
  });
});

describe('what is set for a region', () => {
  it('is one subject with every event subscription', async () => {
    const { id, facts, failures } = resourceOf(await readRds(), SETTINGS, REGION);
    expect(id).toBe('rds:111122223333:eu-west-1');
    expect(failures).toEqual({});
    const topic = 'arn:aws:sns:eu-west-1:111122223333:databases';
    expect(facts).toEqual({
      instances: 5,
      clusters: 3,
      eventSubscriptions: [
        { name: 'everything', topic, enabled: true, status: 'active', sourceType: null, sources: [], categories: [] },
        {
          name: 'payments',
          topic,
          enabled: false,
          status: 'active',
          sourceType: 'db-instance',
          sources: ['payments'],
          categories: ['failure', 'maintenance'],
        },
      ],
    });
  });

  it.each([
    ['DescribeEventSubscriptions', 'eventSubscriptions'],
    ['DescribeDBInstances', 'instances'],
    ['DescribeDBClusters', 'clusters'],
  ])('fails in one fact alone when %s is denied', async (operation, fact) => {
    const reading = await readRds({ call: `rds:${operation}`, input: {}, error: denied });
    const { failures } = resourceOf(reading, SETTINGS, REGION);
    expect(Object.keys(failures)).toEqual([fact]);
    expect(failures[fact]).toMatchObject({ kind: 'denied' });
  });
});

describe('lists of RDS', () => {
  it.each([
    [INSTANCE, 'DescribeDBInstances', {}],
    [CLUSTER, 'DescribeDBClusters', {}],
    [SNAPSHOT, 'DescribeDBSnapshots', { SnapshotType: 'manual' }],
    [CLUSTER_SNAPSHOT, 'DescribeDBClusterSnapshots', { SnapshotType: 'manual' }],
  ])('%s is an unknown population when any page is denied', async (type, operation, input) => {
    for (const page of [input, { ...input, Marker: 'page-2' }]) {
      const reading = await readRds({ call: `rds:${operation}`, input: page, error: denied });
      expect(populationOf(reading, type).failure).toMatchObject({ kind: 'denied', operation: `rds:${operation}` });
      const others = reading.populations.filter((it) => it.type !== type);
      expect(others.map((it) => it.failure)).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  it('read the same from their recording', async () => {
    const first = await readRds();
    expect((await readAgain(first)).populations).toEqual(first.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of RDS', () => {
  // Some recordings were cut down by hand to a few fields; those without an ARN are no answers of RDS.
  const whole = (operation: string, at: string, arn: string) =>
    realAnswers('rds', operation)
      .map((it) => (it.data[at] ?? []) as Record<string, never>[])
      .filter((items) => items.length > 0 && items.every((it) => it[arn] !== undefined));

  it('of DescribeDBInstances give storage encryption, port and VPC', async () => {
    const lists = whole('DescribeDBInstances', 'DBInstances', 'DBInstanceArn');
    expect(lists.length).toBeGreaterThan(40);
    for (const DBInstances of lists.filter((items) => items.every((it) => it.StorageEncrypted !== undefined))) {
      const reading = await readRds({ call: 'rds:DescribeDBInstances', input: {}, answer: { DBInstances } });
      for (const { facts, failures } of populationOf(reading, INSTANCE).resources) {
        expect(Object.keys(failures)).not.toContain('port');
        expect(Object.keys(failures)).not.toContain('vpcId');
        expect(typeof facts.storageEncrypted).toBe('boolean');
        expect(facts.defaultPort).not.toBeNull();
      }
    }
  });

  it('of DescribeDBClusters give engine and port', async () => {
    const lists = whole('DescribeDBClusters', 'DBClusters', 'DBClusterArn');
    expect(lists.length).toBeGreaterThan(15);
    for (const DBClusters of lists) {
      const reading = await readRds({ call: 'rds:DescribeDBClusters', input: {}, answer: { DBClusters } });
      for (const { facts } of populationOf(reading, CLUSTER).resources) {
        expect(facts).toMatchObject({ port: expect.any(Number), defaultPort: expect.any(Number) });
      }
    }
  });

  it('of snapshot attributes say who may restore them', async () => {
    for (const [type, kind, name] of [
      [SNAPSHOT, 'DBSnapshot', 'payments-final'],
      [CLUSTER_SNAPSHOT, 'DBClusterSnapshot', 'orders-public'],
    ] as const) {
      const answers = realAnswers('rds', `Describe${kind}Attributes`);
      expect(answers.length).toBeGreaterThan(5);
      for (const { data: answer } of answers) {
        const call = `rds:Describe${kind}Attributes`;
        const reading = await readRds({ call, input: { [`${kind}Identifier`]: name }, answer });
        expect(resourceOf(reading, type, name).facts.restorableBy).toBeInstanceOf(Array);
      }
    }
  });

  it('of DescribeEventSubscriptions can be read', async () => {
    for (const { data: answer } of realAnswers('rds', 'DescribeEventSubscriptions')) {
      const reading = await readRds({ call: 'rds:DescribeEventSubscriptions', input: {}, answer });
      expect(resourceOf(reading, SETTINGS, REGION).facts.eventSubscriptions).toBeInstanceOf(Array);
    }
  });
});
