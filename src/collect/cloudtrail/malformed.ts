import { WitnessmarkError } from '../../model/error.ts';

/** Why a whole file was put aside. */
export const FILE_REASONS = [
  'cloudtrail-empty',
  'cloudtrail-too-large',
  'cloudtrail-gzip',
  'cloudtrail-trailing-bytes',
  'cloudtrail-not-utf8',
  'cloudtrail-not-json',
  'cloudtrail-too-deep',
  'cloudtrail-too-many-values',
  'cloudtrail-too-many-records',
  'cloudtrail-no-records',
  'cloudtrail-digest',
] as const;
export type FileReason = (typeof FILE_REASONS)[number];

/** The error that puts a file aside; `problem` says what is wrong with it. */
export function malformed(code: FileReason, name: string, problem: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError(code, `${name}: ${problem}`, {
    hint: 'the file was put aside and is listed with the run; fetch it again from the trail bucket',
    cause,
  });
}

/** Whether an error is one that puts a file aside. */
export const isMalformed = (error: unknown): error is WitnessmarkError & { code: FileReason } =>
  error instanceof WitnessmarkError && (FILE_REASONS as readonly string[]).includes(error.code);
