/**
 * Ports that the engines listen on unless told otherwise, by the families that engine names begin with
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, Port). RDS Custom
 * names its engines `custom-oracle-…` and `custom-sqlserver-…`.
 */
const DEFAULT_PORTS: readonly (readonly [RegExp, number])[] = [
  [/^(aurora-postgresql|postgres)$/, 5432],
  [/^(aurora|aurora-mysql|mysql|mariadb)$/, 3306],
  [/^(custom-)?oracle-/, 1521],
  [/^(custom-)?sqlserver-/, 1433],
  [/^db2-/, 50_000],
  [/^docdb$/, 27_017],
  [/^neptune$/, 8182],
];

/** The TCP port that the engine uses by default; null for an engine that is not known here. */
export function defaultPort(engine: string): number | null {
  return DEFAULT_PORTS.find(([family]) => family.test(engine))?.[1] ?? null;
}

/**
 * Parameters with which a parameter group makes the engine refuse connections without TLS, by engine family
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html,
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html).
 */
const TLS_PARAMETERS: readonly (readonly [RegExp, string])[] = [
  [/^(aurora-postgresql|postgres|sqlserver-.*)$/, 'rds.force_ssl'],
  [/^(aurora|aurora-mysql|mysql|mariadb)$/, 'require_secure_transport'],
  [/^docdb$/, 'tls'],
];

/** The parameter by which TLS is demanded of every client; null where no parameter of the engine decides it. */
export function tlsParameter(engine: string): string | null {
  return TLS_PARAMETERS.find(([family]) => family.test(engine))?.[1] ?? null;
}
