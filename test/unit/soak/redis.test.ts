import { describe, expect, it } from 'vitest';
import { readReply } from '../../soak/redis.js';

describe('readReply', () => {
  it('reads a page of SCAN', () => {
    expect(readReply('*2\r\n$1\r\n0\r\n*2\r\n$3\r\na:1\r\n$3\r\na:2\r\n')).toEqual(['0', 'a:1', 'a:2']);
    expect(readReply('*2\r\n$1\r\n0\r\n*0\r\n')).toEqual(['0']);
    expect(readReply('+OK\r\n')).toEqual(['OK']);
  });

  it('waits for the rest', () => {
    expect(readReply('*2\r\n$1\r\n0\r\n*1\r\n$3\r\na:')).toBeNull();
  });

  it('does not take a refusal for an answer', () => {
    expect(() => readReply('-ERR no\r\n')).toThrow('ERR no');
  });
});
