/**
 * In the place of parts of Node that no code of the page reaches: yauzl names the base classes of its
 * streams when it is loaded, and opens files and streams only where it is asked to, which it is not.
 */
export class Readable {}
export class Transform {}
export class PassThrough {}
export class Writable {}

/** What yauzl makes its classes with. */
export function inherits(child: { prototype: object }, parent: { prototype: object }): void {
  Object.setPrototypeOf(child.prototype, parent.prototype);
}
