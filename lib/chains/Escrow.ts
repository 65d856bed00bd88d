import type { Address, Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as BatchSettlement from './BatchSettlement'
import { find } from './Chain'
import type { Log } from './Log'
import * as Reserve from './Reserve'
import type { EscrowEvent, EscrowKind } from './EscrowEvent'

export type { EscrowEvent, EscrowKind } from './EscrowEvent'

/** What the contract wants to see of a channel in every call; its id is the hash of it. */
export type EscrowDescriptor = Reserve.ReserveDescriptor | BatchSettlement.ChannelConfig

/** A channel as the contract says it is. */
export type EscrowState = {
  /** The payee's for good. */
  settledBase: bigint
  /** What the payer put in less what went back to it; 0 for a channel that is not there. */
  depositBase: bigint
  /** When the payer asked for its money back. */
  closeRequestedAtMs: number | undefined
}

/** Lower-case address of each kind's contract. */
export const addresses: Readonly<Record<EscrowKind, Address>> = {
  reserve: Reserve.address,
  'batch-settlement': BatchSettlement.address,
}

/** The kind that a network has; undefined where no channel can be. */
export function kindOn(network: string): EscrowKind | undefined {
  const chain = find(network)
  return chain === undefined || chain.family === 'svm' ? undefined : chain.channels
}

export function isBatchSettlement(escrow: string): boolean {
  return escrow === BatchSettlement.address
}

/** A descriptor by its members: only one of the contracts has a withdrawDelay. */
export function isConfig(descriptor: EscrowDescriptor): descriptor is BatchSettlement.ChannelConfig {
  return 'withdrawDelay' in descriptor
}

/** How long the payee has after the payer asked for its money back. */
export function graceSeconds(descriptor: EscrowDescriptor): number {
  return isConfig(descriptor) ? descriptor.withdrawDelay : Reserve.graceMs / 1000
}

/** What a voucher's signature is made over, 32 bytes. */
export function voucherDigest(
  network: Caip2,
  voucher: { channelId: Hex; cumulativeBase: bigint },
  escrow: Address,
): Uint8Array {
  return isBatchSettlement(escrow)
    ? BatchSettlement.voucherDigest(network, voucher)
    : Reserve.voucherDigest(network, voucher, escrow)
}

/** An escrow's events among these logs. */
export function eventsOf(logs: readonly Log[], escrow: Address): readonly EscrowEvent[] {
  return isBatchSettlement(escrow) ? BatchSettlement.eventsOf(logs) : Reserve.eventsOf(logs, escrow)
}
