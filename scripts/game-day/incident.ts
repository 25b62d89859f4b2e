/** Something that goes wrong in a deployment, what notices it, and the commands of its runbook. */
export interface Incident {
  /** Heading of its runbook in docs/OPERATIONS.md. */
  readonly runbook: string;
  readonly name: string;
  /** Does the damage, and gives what the other steps must know. */
  readonly breaks: () => Promise<void>;
  /** What people see of it. Throws where nothing noticed. */
  readonly noticed: () => Promise<string>;
  readonly mends: () => Promise<void>;
  /** How it is known to be mended. Throws where it is not. */
  readonly mended: () => Promise<string>;
}

/** What an incident came to; the first step that failed is named. */
export interface Played {
  readonly name: string;
  readonly runbook: string;
  readonly noticed: string;
  readonly mended: string;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Plays one incident. It is mended also where nothing noticed it, so that the next one finds things whole. */
export async function play(it: Incident): Promise<Played> {
  const began = performance.now();
  const tried = async (step: () => Promise<string>): Promise<{ told: string; ok: boolean }> => {
    try {
      return { told: await step(), ok: true };
    } catch (thrown) {
      return { told: `NOT: ${thrown instanceof Error ? thrown.message : String(thrown)}`.slice(0, 300), ok: false };
    }
  };
  const noticed = await tried(async () => {
    await it.breaks();
    return it.noticed();
  });
  const mended = await tried(async () => {
    await it.mends();
    return it.mended();
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  const ok = noticed.ok && mended.ok;
  return { name: it.name, runbook: it.runbook, noticed: noticed.told, mended: mended.told, ok, seconds };
}

/** Throws, with what was found, where something is not as it has to be. */
export function expected(is: boolean, what: string, found: unknown): void {
  if (!is) throw new Error(`expected ${what}, found ${JSON.stringify(found)?.slice(0, 500)}`);
}
