import { writeFile } from 'node:fs/promises';
import { sha256Hex } from '../../ledger/canonical.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { verifyPage } from '../../pack/verify-page/page.ts';
import { command } from '../command.ts';
import { EXIT } from '../output.ts';

export const pageCommand = () =>
  command(
    {
      name: 'page',
      description: 'write the page that verifies packs in a browser, and print its SHA-256',
      configure: (it) => it.argument('<file>', 'where to, for instance verify.html; must not exist'),
    },
    async ({ args: [file = ''], out }) => {
      const page = verifyPage();
      await writeFile(file, page, { flag: 'wx' }).catch((cause: unknown) => {
        throw new WitnessmarkError('usage-unwritable', `${file}: ${messageOf(cause)}`, { cause });
      });
      const sha256 = sha256Hex(page);
      out.emit({ file, sha256, size: page.length });
      out.print(`${sha256}  ${file}`);
      return EXIT.good;
    },
  );
