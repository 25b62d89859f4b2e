import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWitness, type WitnessServer } from '../../src/adapters/http/witness-server.ts';
import { httpWitnesses } from '../../src/adapters/http/witnesses.ts';
import { parseWitnessKey } from '../../src/ledger/cosignature.ts';
import type { Witness } from '../../src/ledger/witness.ts';
import type { WitnessReply } from '../../src/ports/witness.ts';

const KEY = parseWitnessKey('witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY');
const replies: WitnessReply[] = [];
const witness: Witness = {
  key: KEY,
  addCheckpoint: async (body) => {
    const text = Buffer.from(body).toString();
    if (text === 'fail') throw new Error('the disk at /secret/place is full');
    return { status: 409, type: 'text/x.tlog.size', body: `${text.length}\n` };
  },
};
let server: WitnessServer;

beforeAll(async () => {
  server = await serveWitness(witness, { onReply: (reply) => void replies.push(reply) });
});
afterAll(() => server.close());

describe('a witness over HTTP', () => {
  it('listens at loopback, and gives status, type and body as they are', async () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    expect(await httpWitnesses().ask(server.url, 'hello')).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '5\n',
    });
    expect(await httpWitnesses().ask(server.url.replace(/\/$/, ''), '')).toMatchObject({ status: 409, body: '0\n' });
  });

  it.each([
    ['GET', 'add-checkpoint', 405],
    ['POST', '', 404],
    ['POST', 'add-checkpoint/x', 404],
    ['GET', '../etc/passwd', 404],
  ])('answers %s /%s with %d', async (method, path, status) => {
    const body = method === 'POST' ? { body: 'x' } : {};
    expect((await fetch(new URL(path, server.url), { method, ...body })).status).toBe(status);
  });

  it('takes no body past its bound, announced or not', async () => {
    const large = 'x'.repeat(100_000);
    expect((await httpWitnesses().ask(server.url, large)).status).toBe(413);
    const body = ReadableStream.from([Buffer.from(large)]);
    const chunked = await fetch(new URL('add-checkpoint', server.url), {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
  });

  it('says of its own failures that there was one, and the rest to its own log', async () => {
    expect(await httpWitnesses().ask(server.url, 'fail')).toMatchObject({ status: 500, body: 'the witness failed\n' });
    expect(replies.at(-1)?.failure).toContain('/secret/place');
  });

  it('cuts off what is no HTTP, and goes on', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('\u0000\u0001 nonsense\r\n\r\n');
    socket.on('error', () => {});
    await once(socket, 'close');
    expect((await httpWitnesses().ask(server.url, 'x')).status).toBe(409);
  });
});

describe('asking over HTTP', () => {
  it.each(['ftp://w.example/', 'nonsense', 'http://127.0.0.1:1/'])('%s gives no answer', async (url) => {
    await expect(httpWitnesses().ask(url, 'x')).rejects.toMatchObject({ code: 'witness-unreachable' });
  });

  it('waits no longer than it must, follows nowhere, and takes no endless answer', async () => {
    const odd = createServer((request, response) => {
      if (request.url?.startsWith('/slow')) return;
      if (request.url?.startsWith('/away')) return void response.writeHead(302, { location: server.url }).end();
      response.end('x'.repeat(100_000));
    }).listen(0, '127.0.0.1');
    await once(odd, 'listening');
    const base = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
    for (const path of ['slow', 'away', 'large'])
      await expect(httpWitnesses({ patienceMs: 300 }).ask(`${base}/${path}`, 'x')).rejects.toMatchObject({
        code: 'witness-unreachable',
      });
    odd.closeAllConnections();
    odd.close();
  });
});
