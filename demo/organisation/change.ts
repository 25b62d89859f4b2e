import type { Place, World } from './world.ts';

/** Who did something: an IAM user, a role in a session, a service of AWS, or the root user. */
export type Actor =
  | { readonly user: string }
  | { readonly role: string; readonly session: string }
  | { readonly service: string }
  | { readonly root: true };

/** What a call asked for and what came of it, in CloudTrail's words. */
export interface Traced {
  /** `ec2:AuthorizeSecurityGroupIngress` */
  readonly call: string;
  readonly request: object;
  readonly response?: object;
}

/** Something that changes in the period, and the calls that made it. */
export interface Change {
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly who: Actor;
  make(world: World, place: Place): Promise<readonly Traced[]>;
}
