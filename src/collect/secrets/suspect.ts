/**
 * Words without which the rules find nothing: most strings hold none, and are left alone after this
 * look. A rule with a new beginning adds it here; the tests plant each kind, so none is forgotten.
 */
const FORMS =
  /PRIVATE KEY|PuTTY|AGE-SECRET|AKIA|ASIA|IQoJb3|FwoGZX|FQoGZX|FQoDYX|ABSK|bedrock-api|gh[pousr]_|github_pat|gl[a-z]{2,5}-|xox|xapp-|webhook|hooks\.slack|[rs]k_|whsec|AIza|GOCSPX|ya29|SG\.|key-|-us\d|xkeysib|npm_|pypi-|rubygems_|dckr_|hv[sbr]\.|atlasv1|do[opr]_v1|shp[acps]|sq0|EAAA|dapi|NR[AI][KI]-|gl(?:c|sa)_|sntry|ddp_|sk-|hf_|r8_|gsk_|lin_api|ntn_|secret_|PMAK|ATATT|ATBB|figd_|HRKU|dp\.|pscale|fo1_|FlyV1|ops_|sbp_|rnd_|:AA|eyJ|redacted/;
const NAMES =
  /pass|pwd|secret|token|key["'\\\]]{0,10}[\s:=]|credential|authorization|cookie|connection|connstr|jwt|sig|auth|session|code|user[-_]?data|-u|-p|environment|variables|parametervalue|plaintext/i;

const SCHEMES = /bearer|basic|negotiate/i;

/** Whether a credential could be known by its form in this text. Never false where one is. */
export const mayHoldForm = (text: string): boolean => FORMS.test(text) || SCHEMES.test(text);
/** Whether a telling name could stand in this text. Never false where one does. */
export const mayHoldName = (text: string): boolean => NAMES.test(text);
