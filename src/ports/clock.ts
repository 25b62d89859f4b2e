/** Time comes from outside: `now()` is a UTC timestamp with milliseconds. */
export interface Clock {
  now(): string;
}
