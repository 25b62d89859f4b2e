import { lastLogin, randomFor, timeOf } from './logins.ts';
import { PRODUCTION } from './names.ts';
import { JOINER, ROTATED_KEY, USERS } from './people.ts';
import { between } from './random.ts';

/** When somebody signed in to production as root; before it, a year had gone by. */
export const ROOT_LOGIN = '2026-10-14T09:12:33Z';

/**
 * The report as IAM would give it: with a row for the root user, which the emulator leaves out, and with
 * the last uses, which nobody makes in an emulator. `now` is the run's time.
 */
export function amendReport(csv: string, account: string, now: string): string {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const columns = header.trim().split(',');
  const rows = lines.map((line) => amendRow(columns, line.trim().split(','), account, now));
  return [header.trim(), rootRow(columns, account, now), ...rows].join('\n');
}

const stamp = (time: string): string => time.replace(/(\.\d+)?Z$/, '+00:00');

function rootRow(columns: readonly string[], account: string, now: string): string {
  // The root credentials of the development account were removed by the organisation.
  const isProduction = account === PRODUCTION;
  const lastLogin = now > ROOT_LOGIN ? ROOT_LOGIN : '2025-10-28T13:40:07Z';
  const known: Record<string, string> = {
    user: '<root_account>',
    arn: `arn:aws:iam::${account}:root`,
    user_creation_time: stamp(isProduction ? '2024-02-01T08:00:00Z' : '2024-03-01T08:00:00Z'),
    password_enabled: isProduction ? 'not_supported' : 'false',
    password_last_used: isProduction ? stamp(lastLogin) : 'N/A',
    password_last_changed: 'not_supported',
    password_next_rotation: 'not_supported',
    mfa_active: String(isProduction),
  };
  return columns.map((name) => known[name] ?? (name.endsWith('_active') ? 'false' : 'N/A')).join(',');
}

function amendRow(columns: readonly string[], cells: readonly string[], account: string, now: string): string {
  const row = Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? '']));
  const user = [...USERS, JOINER].find((it) => it.account === account && it.name === row.user);
  if (user === undefined) return cells.join(',');
  if (user.password === undefined) row.password_last_changed = 'N/A';
  else row.password_last_used = lastUse(user.password, now, user.name) ?? 'no_information';
  // The emulator gives the time at which the user was made; passwords are younger.
  if (user.password === 'daily') row.password_last_changed = stamp(passwordChange(user.name));
  for (const slot of ['access_key_1', 'access_key_2']) {
    const created = row[`${slot}_last_rotated`]?.slice(0, 19);
    const key = [...(user.keys ?? []), ROTATED_KEY].find((it) => it.created.slice(0, 19) === created);
    const used = key === undefined ? undefined : lastUse(key.used, now, undefined);
    if (used !== undefined) row[`${slot}_last_used_date`] = used;
  }
  return columns.map((name) => row[name]).join(',');
}

const passwordChange = (name: string): string =>
  timeOf('2026-09-01', between(randomFor('2026-09-01', name), 28_800, 1_800_000));

/** A person's last sign-in; what machines use daily was last used in the evening before. */
function lastUse(used: string, now: string, who: string | undefined): string | undefined {
  if (used !== 'daily') return used > now ? undefined : stamp(used);
  const day = now.slice(0, 10);
  if (who !== undefined) return stamp(lastLogin(who, day) ?? passwordChange(who));
  return stamp(timeOf(day, -between(randomFor(day, 'machines'), 600, 14_000)));
}
