import { hostname } from 'node:os';
import { isAlive, type ProcessIdentity } from '../launch/processIdentity.ts';
import type { LeaseOwner } from '../study/store.ts';

/** An owner that was not heard of for this long has lost its study even if it lives: it hangs, or nobody can tell. */
export const leaseExpiryMs = 20_000;

/** Most that two looks count for: whoever was suspended itself has not seen anybody be silent. */
const mostBetweenLooksMs = 2_000;

interface Silence {
  readonly owner: string;
  readonly heartbeatMs: number;
  readonly lastLookMs: number;
  readonly silentMs: number;
}

export const toOwnerTime = ({ startTime, bootId }: ProcessIdentity): string => `${startTime} ${bootId}`;

const identityOf = ({ pid, startTime: both }: LeaseOwner): ProcessIdentity => {
  const [startTime = '-', bootId = '-'] = both.split(' ');
  return { pid, startTime, bootId };
};

export interface OwnerWatchOptions {
  /** An engine of this very process other than ours has ended: a process has one at a time. */
  readonly aloneInProcess?: boolean;
  readonly expiryMs?: number;
  /** Milliseconds that never jump; from anywhere. */
  readonly nowMs?: () => number;
}

/**
 * Judges whether those who hold leases live. A process of this machine is looked up by pid and start time, so that a
 * reused pid is not taken for it. One that lives, or is of another machine, has to be heard of: its heartbeat must
 * change, by our own steady clock. What the heartbeat says is of no account, so no clock that jumps or differs between
 * machines takes a study from anybody.
 */
export class OwnerWatch {
  private readonly own: LeaseOwner;
  private readonly options: OwnerWatchOptions;
  private readonly silences = new Map<string, Silence>();

  constructor(own: LeaseOwner, options: OwnerWatchOptions = {}) {
    this.own = own;
    this.options = options;
  }

  isAlive(study: string, owner: LeaseOwner, heartbeatMs: number): boolean {
    return !this.isGone(owner) && this.silentMs(study, owner.id, heartbeatMs) < this.expiryMs;
  }

  /** Its process is no more, as far as can be seen from here. */
  isGone(owner: LeaseOwner): boolean {
    if (owner.host !== this.own.host) return false;
    const sameProcess = owner.pid === this.own.pid && owner.startTime === this.own.startTime;
    if (sameProcess && owner.id !== this.own.id && this.options.aloneInProcess === true) return true;
    return !isAlive(identityOf(owner));
  }

  private get expiryMs(): number {
    return this.options.expiryMs ?? leaseExpiryMs;
  }

  private silentMs(study: string, owner: string, heartbeatMs: number): number {
    const lastLookMs = this.options.nowMs?.() ?? performance.now();
    const before = this.silences.get(study);
    const same = before !== undefined && before.owner === owner && before.heartbeatMs === heartbeatMs;
    const silentMs = same
      ? before.silentMs + Math.min(mostBetweenLooksMs, Math.max(0, lastLookMs - before.lastLookMs))
      : 0;
    this.silences.set(study, { owner, heartbeatMs, lastLookMs, silentMs });
    return silentMs;
  }
}

/** Who this process is to those that look for a live owner. */
export const ownerOf = (id: string, identity: ProcessIdentity): LeaseOwner => ({
  id,
  pid: identity.pid,
  startTime: toOwnerTime(identity),
  host: hostname(),
});
