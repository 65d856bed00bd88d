import type { Address, Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as BatchSettlement from './BatchSettlement'
import { find } from './Chain'
import type { Log } from './Log'
import * as Reserve from './Reserve'
import type { EscrowEvent, EscrowKind } from './EscrowEvent'

export type { EscrowEvent, EscrowKind } from './EscrowEvent'

/** Identifies a channel to the contract, which needs it in every call; the channel's id is its hash. */
export type EscrowDescriptor = Reserve.ReserveDescriptor | BatchSettlement.ChannelConfig

/** A channel's state in the contract. */
export type EscrowState = {
  /** What the payee has for good. */
  settledBase: bigint
  /** The payer's deposits minus refunds; 0 if the channel does not exist. */
  depositBase: bigint
  /** When the payer requested its money back. */
  closeRequestedAtMs: number | undefined
}

/** Lower-case address of each kind's contract. */
export const addresses: Readonly<Record<EscrowKind, Address>> = {
  reserve: Reserve.address,
  'batch-settlement': BatchSettlement.address,
}

/** The network's kind of escrow; undefined if it has none. */
export function kindOn(network: string): EscrowKind | undefined {
  const chain = find(network)
  return chain === undefined || chain.family === 'svm' ? undefined : chain.channels
}

export function isBatchSettlement(escrow: string): boolean {
  return escrow === BatchSettlement.address
}

/** True for a batch-settlement config: only that has a withdrawDelay. */
export function isConfig(descriptor: EscrowDescriptor): descriptor is BatchSettlement.ChannelConfig {
  return 'withdrawDelay' in descriptor
}

/** The payee's time after the payer requests its money back. */
export function graceSeconds(descriptor: EscrowDescriptor): number {
  return isConfig(descriptor) ? descriptor.withdrawDelay : Reserve.graceMs / 1000
}

/** The 32 bytes that a voucher's signature covers. */
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
