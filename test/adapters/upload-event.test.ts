import { describe, expect, it } from 'vitest';
import { UploadEvent } from '../../src/adapters/aws/deployed/upload-event.ts';

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-west-1',
  eventName,
  s3: {
    bucket: { name: 'store', arn: 'arn:aws:s3:::store' },
    object: { key, size: 3, versionId: 'v', sequencer: '0' },
  },
});
const busEvent = (key: string) => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  detail: { bucket: { name: 'store' }, object: { key, size: 5, etag: 'e', 'version-id': 'v' }, reason: 'PutObject' },
});

describe('an upload that a function is told of', () => {
  it('has its key decoded where S3 encodes it, and as it is from EventBridge', () => {
    expect(UploadEvent.parse({ Records: [record('custom/a+b%2Bc%C3%A4.yaml')] })).toEqual([
      { bucket: 'store', key: 'custom/a b+cä.yaml', version: 'v' },
    ]);
    expect(UploadEvent.parse(busEvent('custom/a+b%20.yaml'))).toEqual([
      { bucket: 'store', key: 'custom/a+b%20.yaml', version: 'v' },
    ]);
    expect(UploadEvent.parse({ Records: [record('custom/%zz', 'ObjectRemoved:Delete')] })[0]?.key).toBe('custom/%zz');
  });

  it('may be none at all, to have the folder judged', () => {
    expect(UploadEvent.parse({})).toEqual([]);
  });

  it.each([
    ['other events', { Records: [record('custom/a', 'ReducedRedundancyLostObject')] }],
    ['other sources', { Records: [{ ...record('custom/a'), eventSource: 'aws:sns' }] }],
    ['no records', { Records: [] }],
    ['too many records', { Records: Array.from({ length: 101 }, () => record('custom/a')) }],
    ['a key of any length', { Records: [record('a'.repeat(5000))] }],
    ['a bus event of another kind', { ...busEvent('custom/a'), 'detail-type': 'Object Restore Completed' }],
    ['anything', { hello: 'world' }],
    ['a text', 'custom/a.yaml'],
  ])('is not %s', (_what, event) => {
    expect(UploadEvent.safeParse(event).success).toBe(false);
  });
});
