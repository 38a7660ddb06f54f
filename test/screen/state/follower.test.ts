import { describe, expect, it } from 'vitest';
import { ConnectionList } from '../../../src/model/snapshot.ts';
import { Follower } from '../../../src/screen/state/follower.ts';
import { connection } from '../fixture.ts';

const own = '127.0.0.1:53001';
/** Rows in the order of the list; connection 1 is that of the embedded client. */
const listOf = (...ids: readonly number[]) => ConnectionList.of(ids.map((id) => connection(id)));

describe('the selection before any key', () => {
  it('is our own client as long as nobody else has come', () => {
    expect(new Follower().follow(listOf(1), own, 0)).toEqual({ id: 1, againMs: null });
    expect(new Follower().follow(listOf(), own, 0)).toEqual({ id: null, againMs: null });
  });

  it('is the newest peer from outside, also once it is gone', () => {
    const follower = new Follower();
    follower.follow(listOf(1), own, 0);
    expect(follower.follow(listOf(2, 1), own, 10).id).toBe(2);
    // Closed ones stand below the open ones.
    expect(follower.follow(listOf(1, 2), own, 5_000).id).toBe(2);
  });

  it('stays with a peer for a second, so that one can read what it said, and asks to be asked again', () => {
    const follower = new Follower();
    expect(follower.follow(listOf(2, 1), own, 100).id).toBe(2);
    expect(follower.follow(listOf(3, 2, 1), own, 400)).toEqual({ id: 2, againMs: 700 });
    expect(follower.follow(listOf(5, 4, 3, 2, 1), own, 1_100).id).toBe(5);
  });

  it('goes on at once from our own client, whose row may come before its address is known', () => {
    const follower = new Follower();
    expect(follower.follow(listOf(1), null, 0).id).toBe(1);
    follower.follow(listOf(1), own, 10);
    expect(follower.follow(listOf(2, 1), own, 20).id).toBe(2);
    const late = new Follower();
    late.follow(listOf(1), null, 0);
    expect(late.follow(listOf(2, 1), own, 20).id).toBe(2);
  });

  it('goes on at once from a peer that the list no longer has', () => {
    const follower = new Follower();
    follower.follow(listOf(2, 1), own, 0);
    expect(follower.follow(listOf(3, 1), own, 10).id).toBe(3);
  });

  it('never takes an earlier connection of our own client for a peer from outside', () => {
    const follower = new Follower();
    follower.follow(listOf(1), own, 0);
    // Connected anew: the first one is closed, and has another port than the client has now.
    expect(follower.follow(listOf(2, 1), '127.0.0.1:53002', 10).id).toBe(2);
    expect(follower.follow(listOf(3, 2, 1), '127.0.0.1:53002', 20).id).toBe(3);
    expect(follower.follow(listOf(4, 3, 1, 2), '127.0.0.1:53004', 9_000).id).toBe(3);
  });
});
