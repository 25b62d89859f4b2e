import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';

/** Every file below a folder, as it is and unpacked: gzip whole, PDF stream by stream. */
export function* storedBytes(folder: string): Generator<{ name: string; bytes: Buffer }> {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, path);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    yield { name: path, bytes };
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) yield { name: `${path} unpacked`, bytes: gunzipSync(bytes) };
    if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') yield* streams(path, bytes);
  }
}

function* streams(name: string, pdf: Buffer): Generator<{ name: string; bytes: Buffer }> {
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    try {
      yield { name: `${name} stream`, bytes: inflateSync(pdf.subarray(at + 7)) };
    } catch {
      // Not a deflated stream: it was looked at as it is.
    }
  }
}

/** How a secret would look in the ways in which the planted answers hold it. */
function spellings(secret: string): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const coded = Buffer.from(`${'x'.repeat(shift)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    return coded.slice(shift === 0 ? 0 : 4, -2);
  });
  const lines = secret
    .split('\n')
    .filter((line) => line.length > 20 && !line.startsWith('-----') && !line.includes(': '));
  const whole = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...shifted];
  // Parts too: of a secret that was cut at a sign in it, the rest would still be one.
  const parts = secret.length < 16 || lines.length > 0 ? [] : [secret.slice(-10), secret.slice(-20, -10)];
  return [...whole, ...lines, ...parts].filter((it) => it.length >= 8);
}

/** Finds any of many texts in bytes in one pass. */
export function finder(secrets: readonly string[]): (bytes: Buffer) => string[] {
  const byStart = new Map<number, Buffer[]>();
  for (const secret of new Set(secrets.flatMap(spellings))) {
    const bytes = Buffer.from(secret);
    const start = bytes.readUInt32LE(0);
    byStart.set(start, [...(byStart.get(start) ?? []), bytes]);
  }
  const seen = new Uint8Array(2 ** 16);
  for (const start of byStart.keys()) seen[(start ^ (start >>> 16)) & 0xffff] = 1;
  return (bytes) => {
    const found: string[] = [];
    for (let at = 0; at + 4 <= bytes.length; at += 1) {
      const start = bytes.readUInt32LE(at);
      if (seen[(start ^ (start >>> 16)) & 0xffff] === 0) continue;
      for (const needle of byStart.get(start) ?? [])
        if (bytes.compare(needle, 0, needle.length, at, Math.min(bytes.length, at + needle.length)) === 0)
          found.push(needle.toString('utf8'));
    }
    return found;
  };
}
