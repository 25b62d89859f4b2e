import { once } from 'node:events';
import { serveWitness } from '../../../adapters/http/witness-server.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import type { WitnessReply } from '../../../ports/witness.ts';
import { command } from '../../command.ts';
import { EXIT, oneLine } from '../../output.ts';
import { type WitnessOptions, withLogs, withWitnessFolder, witnessOf } from '../../witness.ts';

interface Options extends WitnessOptions {
  readonly host: string;
  readonly port: string;
}

const MAX_PORT = 65_535;

export const serveCommand = () =>
  command<Options>(
    {
      name: 'serve',
      description: 'answer add-checkpoint over HTTP until it is stopped',
      configure: (it) =>
        withLogs(withWitnessFolder(it))
          .option('--host <address>', 'address to listen at; put TLS in front of any but loopback', '127.0.0.1')
          .option('--port <number>', 'port to listen at; 0 for any that is free', '8080'),
    },
    async ({ options, out }) => {
      const { witness } = await witnessOf(options);
      const server = await serveWitness(witness, {
        host: options.host,
        port: portOf(options.port),
        onReply: (reply) => out.note(saidOf(reply)),
      });
      out.emit({ url: server.url, verifierKey: witness.key.vkey });
      out.print(`${witness.key.name} listens at ${server.url}`);
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      await server.close();
      return EXIT.good;
    },
  );

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new WitnessmarkError('usage-port', `--port ${text}: expected a number from 0 to ${MAX_PORT}`);
}

/** A line for the log of the witness. */
function saidOf({ status, body, failure }: WitnessReply): string {
  return `${new Date().toISOString()} ${status} ${oneLine(failure ?? body).slice(0, 300)}`.trimEnd();
}
