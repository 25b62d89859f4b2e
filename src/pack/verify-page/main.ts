// First of all: schemas are made while the modules after it are loaded.
import './platform/zod.ts';
import { showPage } from './page/show.ts';
import { serve } from './worker.ts';

// The page starts a worker from its own script, so that it stays alive while the worker verifies.
if (globalThis.document === undefined) serve();
else showPage();
