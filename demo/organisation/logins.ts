import { weekday } from './days.ts';
import { USERS } from './people.ts';
import { between, type Random, randomOf } from './random.ts';

/** Numbers that depend on a day and a name alone. */
export function randomFor(day: string, name: string): Random {
  let seed = Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  for (const sign of name) seed = (Math.imul(seed, 31) + sign.charCodeAt(0)) >>> 0;
  return randomOf(seed);
}

/** A time of a day: `seconds` after midnight, UTC, without milliseconds. */
export const timeOf = (day: string, seconds: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + seconds * 1000).toISOString().replace('.000Z', 'Z');

/** When somebody who has a password for daily work signed in on a day: not on weekends, and not every day. */
export function loginOf(user: string, day: string): string | undefined {
  const random = randomFor(day, user);
  const isOff = weekday(day) === 0 || weekday(day) === 6 || random() > 0.55;
  return isOff ? undefined : timeOf(day, between(random, 25_800, 52_000));
}

/** Users who sign in as part of their work. */
export const DAILY_USERS = USERS.filter((it) => it.password === 'daily');

/** The last sign-in before a day, looking back a month. */
export function lastLogin(user: string, day: string): string | undefined {
  for (let back = 1; back <= 31; back++) {
    const login = loginOf(user, new Date(Date.parse(day) - back * 86_400_000).toISOString().slice(0, 10));
    if (login !== undefined) return login;
  }
  return undefined;
}
