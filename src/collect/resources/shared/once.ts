/** Runs `read` at the first call and gives every caller that one result, or that one failure. */
export function once<Argument, Result>(
  read: (argument: Argument) => Promise<Result>,
): (argument: Argument) => Promise<Result> {
  let result: Promise<Result> | undefined;
  return (argument) => {
    result ??= read(argument);
    return result;
  };
}
