import {
  DescribeDBClusterParametersCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBMajorEngineVersionsCommand,
  DescribeDBParametersCommand,
  DescribeDBSnapshotAttributesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventSubscriptionsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import manifest from '@aws-sdk/client-rds/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of rds that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-rds@${manifest.version}`,
  create: (config) => new RDSClient(config),
  operations: commands({
    DescribeDBClusterParameters: DescribeDBClusterParametersCommand,
    DescribeDBClusterSnapshotAttributes: DescribeDBClusterSnapshotAttributesCommand,
    DescribeDBClusterSnapshots: DescribeDBClusterSnapshotsCommand,
    DescribeDBClusters: DescribeDBClustersCommand,
    DescribeDBInstances: DescribeDBInstancesCommand,
    DescribeDBMajorEngineVersions: DescribeDBMajorEngineVersionsCommand,
    DescribeDBParameters: DescribeDBParametersCommand,
    DescribeDBSnapshotAttributes: DescribeDBSnapshotAttributesCommand,
    DescribeDBSnapshots: DescribeDBSnapshotsCommand,
    DescribeEventSubscriptions: DescribeEventSubscriptionsCommand,
  }),
};
