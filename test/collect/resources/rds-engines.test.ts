import { describe, expect, it } from 'vitest';
import { defaultPort, tlsParameter } from '../../../src/collect/resources/rds/engines.ts';

describe('engines of RDS', () => {
  it.each([
    ['postgres', 5432, 'rds.force_ssl'],
    ['aurora-postgresql', 5432, 'rds.force_ssl'],
    ['mysql', 3306, 'require_secure_transport'],
    ['mariadb', 3306, 'require_secure_transport'],
    ['aurora', 3306, 'require_secure_transport'],
    ['aurora-mysql', 3306, 'require_secure_transport'],
    ['oracle-se2', 1521, null],
    ['custom-oracle-ee', 1521, null],
    ['sqlserver-ex', 1433, 'rds.force_ssl'],
    ['custom-sqlserver-ee', 1433, null],
    ['db2-se', 50_000, null],
    ['docdb', 27_017, 'tls'],
    ['neptune', 8182, null],
    ['mysql-like', null, null],
  ])('%s listens on %s and demands TLS by %s', (engine, port, parameter) => {
    expect(defaultPort(engine)).toBe(port);
    expect(tlsParameter(engine)).toBe(parameter);
  });
});
