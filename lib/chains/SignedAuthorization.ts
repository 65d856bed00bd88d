import type { Hex } from 'viem'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { findAsset } from './Chain'
import * as Eip3009 from './Eip3009'
import * as Permit2 from './Permit2'

export type SignedAuthorization = Eip3009.Eip3009Authorization | Permit2.Permit2Authorization

export function digestOf(network: Caip2, asset: string, instrument: SignedAuthorization): Hex {
  if (instrument.kind === 'permit2') return Permit2.digest(network, instrument)
  const token = findAsset(network, asset)
  if (!token) throw new TypeError(`${asset} is no token of ${network}`)
  return Eip3009.digest(token, instrument)
}

export function refused(reason: 'signature' | 'simulation', message: string): AppError {
  return new AppError('verification-failed', message, { extra: { reason } })
}
