import { Types } from 'mppx/evm'
import type { Instrument } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { TransferAuthorization } from '@/lib/protocol-shared'
import type * as Challenge from './Challenge'
import type * as Credential from './Credential'

/**
 * Verifies an `evm` charge credential by mppx's rules: the nonce is the hash of the challenge, so the signature
 * answers only this challenge.
 * @throws AppError verification-failed | payment-expired
 */
export function verifyEvm(
  {
    challenge,
    payload: { type: _type, signature, ...authorization },
  }: Extract<Credential.MppCredential, { method: 'evm' }>,
  offer: Challenge.ChainOffer,
  nowMs: number,
): Instrument {
  if (authorization.nonce !== Types.challengeHash(challenge))
    throw new AppError('verification-failed', 'The nonce of the authorization is not the hash of the challenge.')
  return TransferAuthorization.verify(authorization, signature, offer, nowMs)
}
