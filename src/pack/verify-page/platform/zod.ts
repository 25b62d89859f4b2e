import * as z from 'zod';

// Zod writes functions out of text where it may; the page's content security policy lets nobody do that.
z.config({ jitless: true });
