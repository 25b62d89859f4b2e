import type { z } from 'zod';

type AnySchema = z.core.$ZodType;

/** The keys that objects at a path may have, under every shape that the schema allows there. */
export function allowedKeys(schema: AnySchema, path: readonly PropertyKey[]): Set<string> {
  const shapes = shapesAt([schema], path);
  return new Set(shapes.flatMap((it) => (isObject(it) ? Object.keys(it._zod.def.shape) : [])));
}

function shapesAt(schemas: readonly AnySchema[], path: readonly PropertyKey[]): AnySchema[] {
  const open = schemas.flatMap(unwrap);
  const [step, ...rest] = path;
  if (step === undefined) return open;
  return shapesAt(
    open.flatMap((it) => stepInto(it, step)),
    rest,
  );
}

function stepInto(schema: AnySchema, step: PropertyKey): AnySchema[] {
  if (isObject(schema)) {
    const child = schema._zod.def.shape[String(step)];
    return child === undefined ? [] : [child];
  }
  const def = schema._zod.def as unknown as { type: string; element?: AnySchema; valueType?: AnySchema };
  const child = def.type === 'array' ? def.element : def.valueType;
  return child === undefined ? [] : [child];
}

/** Takes off `optional`, `default` and the like, and opens unions. */
function unwrap(schema: AnySchema): AnySchema[] {
  const def = schema._zod.def as unknown as { innerType?: AnySchema; options?: readonly AnySchema[] };
  if (def.options !== undefined) return def.options.flatMap(unwrap);
  return def.innerType === undefined ? [schema] : unwrap(def.innerType);
}

function isObject(schema: AnySchema): schema is z.core.$ZodObject {
  return schema._zod.def.type === 'object';
}
