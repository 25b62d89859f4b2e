/**
 * A key out of form data, as S3 writes keys into lists and notifications
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html); as it is where it is none.
 */
export function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}
