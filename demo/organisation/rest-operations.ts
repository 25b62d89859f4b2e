interface Route {
  readonly service: string;
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
}

const route = (service: string, method: string, path: RegExp, operation: string): Route => ({
  service,
  method,
  path,
  operation,
});

/** Calls of services that name the operation by method and path; only those that the proxy has to tell apart. */
const ROUTES: readonly Route[] = [
  route('s3', 'GET', /^\/v20180820\/configuration\/publicAccessBlock$/, 'GetAccountPublicAccessBlock'),
  route('lambda', 'GET', /^\/2021-10-31\/functions\/[^/]+\/urls$/, 'ListFunctionUrlConfigs'),
  route('lambda', 'GET', /^\/2015-03-31\/functions\/[^/]+\/policy$/, 'GetFunctionPolicy'),
  route(
    'lambda',
    'GET',
    /^\/2019-09-25\/functions\/[^/]+\/event-invoke-config\/list$/,
    'ListFunctionEventInvokeConfigs',
  ),
  route('securityhub', 'GET', /^\/accounts$/, 'DescribeHub'),
  route('securityhub', 'POST', /^\/standards\/get$/, 'GetEnabledStandards'),
  route('securityhub', 'GET', /^\/securityControls\/definitions$/, 'ListSecurityControlDefinitions'),
  route('securityhub', 'POST', /^\/securityControls\/batchGet$/, 'BatchGetSecurityControls'),
  route('securityhub', 'POST', /^\/findings$/, 'GetFindings'),
  route('guardduty', 'GET', /^\/detector$/, 'ListDetectors'),
  route('guardduty', 'GET', /^\/detector\/[^/]+$/, 'GetDetector'),
  route('guardduty', 'GET', /^\/detector\/[^/]+\/administrator$/, 'GetAdministratorAccount'),
  route('guardduty', 'GET', /^\/detector\/[^/]+\/member$/, 'ListMembers'),
  route('guardduty', 'GET', /^\/detector\/[^/]+\/publishingDestination$/, 'ListPublishingDestinations'),
  route('guardduty', 'POST', /^\/detector\/[^/]+\/findings$/, 'ListFindings'),
  route('guardduty', 'POST', /^\/detector\/[^/]+\/findings\/get$/, 'GetFindings'),
];

/** The operation as the SDK names it, or undefined for one that is not listed here. */
export function restOperation(service: string, method: string, path: string): string | undefined {
  return ROUTES.find((it) => it.service === service && it.method === method && it.path.test(path))?.operation;
}
