import manifest from '../../package.json' with { type: 'json' };

/** Version of this software as package.json states it. */
export const version = manifest.version;

/** How plans and reports name this software. */
export const software = `witnessmark ${version}`;
