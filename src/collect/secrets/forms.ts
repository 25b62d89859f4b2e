/** A credential that is known by its form, wherever it stands. */
export interface CredentialForm {
  readonly rule: string;
  /**
   * Global; matches the credential and nothing around it. Each begins with a fixed text and has one
   * open repetition, at its end, so that the time is linear in the text whatever the text is.
   */
  readonly pattern: RegExp;
  /** How many characters at the end stay visible. */
  readonly keeps?: number;
}

const token = (rule: string, source: string): CredentialForm => ({
  rule,
  pattern: new RegExp(`(?<![A-Za-z0-9])(?:${source})`, 'g'),
});

/** Strings that are credentials by their form, in any place. Ids of users and roles (AIDA, AROA) are not. */
export const CREDENTIAL_FORMS: readonly CredentialForm[] = [
  {
    // A key whose end is missing goes on to the end of the text: it was cut there.
    rule: 'private-key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  token('putty-key', String.raw`PuTTY-User-Key-File-\d[\s\S]+`),
  token('age-key', 'AGE-SECRET-KEY-1[0-9A-Z]{20,}'),
  { rule: 'access-key-id', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, keeps: 4 },
  token('session-token', String.raw`(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz)[\w+/=%-]{20,}`),
  token('bedrock-key', String.raw`(?:ABSK[A-Za-z0-9+/]{80,}={0,2}|bedrock-api-key-[\w+/=-]{20,})`),
  token('github-token', String.raw`(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})`),
  token('gitlab-token', String.raw`gl(?:pat|dt|rt|ptt|cbt|soat|ft|agent|imt)-[\w.-]{20,}`),
  token('slack-token', String.raw`(?:xox[abceoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,})`),
  {
    rule: 'slack-webhook',
    pattern: /https:\/\/hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[\w/-]{10,}/g,
  },
  { rule: 'teams-webhook', pattern: /https:\/\/[\w.-]{1,100}\.webhook\.office\.com\/[\w/@-]{20,}/g },
  { rule: 'discord-webhook', pattern: /https:\/\/(?:\w{1,10}\.)?discord(?:app)?\.com\/api\/webhooks\/[\w/-]{20,}/g },
  token('stripe-key', String.raw`(?:[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[\w+/=]{20,})`),
  token('google-key', String.raw`(?:AIza[\w-]{35}(?![\w-])|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})`),
  token('sendgrid-key', String.raw`SG\.[\w-]{16,64}\.[\w-]{16,}`),
  token(
    'mail-key',
    String.raw`(?:key-[0-9a-f]{32}(?![0-9a-f])|[0-9a-f]{32}-us\d{1,2}(?!\d)|xkeysib-[0-9a-f]{32,}[\w-]*)`,
  ),
  token(
    'package-token',
    String.raw`(?:npm_[A-Za-z0-9]{36,}|pypi-[\w-]{50,}|rubygems_[0-9a-f]{40,}|dckr_(?:pat|oat)_[\w-]{20,})`,
  ),
  token('vault-token', String.raw`hv[sbr]\.[\w-]{20,}`),
  token('terraform-token', String.raw`[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}`),
  token('digitalocean-token', 'do[opr]_v1_[0-9a-f]{40,}'),
  token('shopify-token', 'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32,}'),
  token('square-token', String.raw`(?:sq0(?:atp|csp|idp)-[\w-]{20,}|EAAA[\w-]{56,})`),
  token('databricks-token', String.raw`dapi[0-9a-f]{32}(?:-\d)?(?![0-9a-f])`),
  token(
    'monitoring-key',
    String.raw`(?:NRAK-[A-Z0-9]{20,}|NRII-[\w-]{20,}|gl(?:c|sa)_[\w=+/]{20,}|sntry[su]_[\w=+/.-]{20,}|ddp_[A-Za-z0-9]{20,})`,
  ),
  token(
    'ai-key',
    String.raw`(?:sk-(?:(?:proj|ant|svcacct|or)-[\w-]{20,}|[A-Za-z0-9]{32,})|hf_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,})`,
  ),
  token(
    'work-token',
    String.raw`(?:lin_api_[A-Za-z0-9]{30,}|ntn_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{43,}|PMAK-[0-9a-f]{24}-[0-9a-f]{20,}|ATATT3[\w=-]{50,}|ATBB[\w=-]{28,}|figd_[\w-]{30,})`,
  ),
  token(
    'platform-token',
    String.raw`(?:HRKU-[\w-]{30,}|dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}|pscale_(?:tkn|pw|oauth)_[\w.-]{20,}|fo1_[\w-]{30,}|FlyV1 [\w+/=,-]{40,}|ops_eyJ[\w-]{40,}|sbp_[0-9a-f]{40,}|rnd_[A-Za-z0-9]{28,})`,
  ),
  token('telegram-token', String.raw`\d{8,10}:AA[\w-]{33}(?![\w-])`),
  {
    rule: 'http-authorization',
    pattern:
      /(?<=(?<![A-Za-z0-9])(?:bearer|basic|negotiate)\s)(?=[A-Za-z0-9+/=_.~-]{0,64}[0-9=])[A-Za-z0-9+/=_.~-]{12,}/gi,
  },
];

/** 40 characters of base64 as an AWS secret access key has them; only beside a key id, since much else looks like it. */
const BARE_SECRET =
  /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}\d)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/g;
const KEY_ID = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|redacted:access-key-id:/;

/** Takes one credential; gives what shall stand in its place. */
export type Take = (rule: string, secret: string, keeps?: number) => string;

/** The text with every credential of a known form replaced. */
export function takeForms(text: string, take: Take): string {
  let rest = text;
  if (KEY_ID.test(rest)) rest = rest.replace(BARE_SECRET, (found) => take('secret-access-key', found));
  for (const { rule, pattern, keeps } of CREDENTIAL_FORMS)
    rest = rest.replace(pattern, (found) => take(rule, found, keeps));
  return rest.includes('eyJ') ? rest.replace(/[\w.-]{20,}/g, (run) => takeWebToken(run, take)) : rest;
}

/** JSON web tokens (RFC 7519), signed, unsigned or encrypted; `run` is all that they may consist of. */
function takeWebToken(run: string, take: Take): string {
  const start = run.search(/(?<![A-Za-z0-9])eyJ/);
  if (start < 0) return run;
  const isToken =
    /^eyJ[\w-]{8,}\.[\w-]{8,}\./.test(run.slice(start)) || /^eyJ[\w-]{8,}\.\.[\w-]{8,}\./.test(run.slice(start));
  return isToken ? run.slice(0, start) + take('json-web-token', run.slice(start)) : run;
}

/** `user:password@` of URLs: only the password, which may hold what a URL should have escaped. */
export function takeUrlPasswords(text: string, take: Take): string {
  return text.replace(/:\/\/[^\s"'<>`\\]+/g, (authority) => {
    const colon = authority.indexOf(':', 3);
    const slash = authority.slice(3).search(/[/?#]/) + 3;
    const isBefore = colon > 0 && (slash < 3 || colon < slash);
    if (!isBefore || /^:\d{1,5}(?:[/?#]|$)/.test(authority.slice(colon, colon + 8))) return authority;
    const inHost = slash < 3 ? authority.lastIndexOf('@') : authority.lastIndexOf('@', slash);
    const at = inHost > colon ? inHost : authority.lastIndexOf('@');
    const password = authority.slice(colon + 1, at);
    if (at <= colon + 1 || password.startsWith('redacted:')) return authority;
    return `${authority.slice(0, colon + 1)}${take('url-password', password)}${authority.slice(at)}`;
  });
}
