import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Role } from '../../src/model/access.ts';
import { outputs } from './stack.ts';

const cognito = new CognitoIdentityProviderClient({});
const PASSWORD = 'Correct-Horse-14-Battery';

async function pool(): Promise<{ UserPoolId: string; ClientId: string }> {
  const { SignInIssuer = '', SignInAudience = '' } = await outputs();
  return { UserPoolId: SignInIssuer.split('/').at(-1) ?? '', ClientId: SignInAudience };
}

/** The suite has no browser and no second factor: it signs in as an administrator may have people signed in. */
export async function openSignIn(): Promise<void> {
  const { UserPoolId, ClientId } = await pool();
  await cognito.send(new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: 'OFF' }));
  await cognito.send(
    new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId,
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
}

/** Makes somebody with these roles, and gives an id token of theirs. */
export async function tokenOf(
  name: string,
  roles: readonly Role[],
  assessments: readonly string[] = [],
): Promise<string> {
  const { UserPoolId, ClientId } = await pool();
  const Username = `${name}@example.com`;
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      MessageAction: 'SUPPRESS',
      TemporaryPassword: PASSWORD,
      UserAttributes: [
        { Name: 'email', Value: Username },
        { Name: 'name', Value: name },
        { Name: 'custom:assessments', Value: assessments.join(',') },
      ],
    }),
  );
  for (const role of roles) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: `witnessmark-${role}` }));
  }
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }));
  const { AuthenticationResult } = await cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD },
    }),
  );
  return AuthenticationResult?.IdToken ?? '';
}

/** Asks the API of the stack, as its callers do. */
export async function ask(path: string, token: string | undefined, init: RequestInit = {}): Promise<Response> {
  const { HttpApiUrl = '' } = await outputs();
  const id = /https:\/\/([a-z0-9]+)\.execute-api/.exec(HttpApiUrl)?.[1] ?? HttpApiUrl;
  // The emulator has one host for all APIs.
  const url = `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${id}/$default${path}`;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url, { redirect: 'manual', ...init, headers: { ...authorization, ...init.headers } });
}
