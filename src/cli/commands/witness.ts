import { Command } from 'commander';
import { addWitnessCommand } from './witness/add.ts';
import { cosignCommand } from './witness/cosign.ts';
import { initWitnessCommand } from './witness/init.ts';
import { serveCommand } from './witness/serve.ts';
import { useCommand } from './witness/use.ts';

export const witnessCommands = () =>
  new Command('witness')
    .description('cosign logs as a witness, or have a store cosigned by witnesses')
    .addCommand(initWitnessCommand())
    .addCommand(serveCommand())
    .addCommand(cosignCommand())
    .addCommand(useCommand())
    .addCommand(addWitnessCommand());
