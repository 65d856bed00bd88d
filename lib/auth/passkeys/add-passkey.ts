import { verifyRegistrationResponse, type RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { consumeNonce } from '../consume-nonce'
import type { MemberScope } from '../MemberScope'
import { refused } from '../prove-wallet'
import { proveConfirmation } from '../wallet-confirmation'
import { additionBinding, additionStatement } from './begin-passkey'
import * as PasskeyChallenge from './PasskeyChallenge'

const passkeysMax = 20

type Input = {
  /** As the browser made it from `beginPasskey`. */
  response: unknown
  /** The wallet's signature over `additionStatement`: a stolen session must not add a way back in. */
  signed: unknown
  device: string
}

/**
 * Adds a passkey that signs the scope's wallet in. Not idempotent: a challenge is used once.
 * @throws AppError not-signed-in if the browser's answer or the wallet's signature is wrong, bad-input for too many.
 */
export async function addPasskey(ctx: Ctx, scope: MemberScope, { response, signed, device }: Input): Promise<void> {
  const wallet = scope.address
  await proveConfirmation(ctx, wallet, additionStatement(wallet), signed)
  const { id, origin } = PasskeyChallenge.relyingParty()
  let nonce: string | undefined
  const verified = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge: (challenge) => {
      nonce = PasskeyChallenge.nonceOf(challenge, additionBinding(wallet), ctx.now())
      return nonce !== undefined
    },
    expectedOrigin: origin,
    expectedRPID: id,
    requireUserVerification: true,
  }).catch(() => undefined)
  if (!verified?.verified || nonce === undefined) throw refused('The browser did not make this passkey. Try again.')
  await consumeNonce(nonce)
  const { credential } = verified.registrationInfo
  await withTransaction(async (tx) => {
    const [known] = await tx.query<{ count: bigint }>(sql`SELECT count(*) FROM passkey WHERE wallet = ${wallet}`)
    if (Number(known?.count ?? 0) >= passkeysMax)
      throw new AppError('bad-input', `A wallet has at most ${passkeysMax} passkeys. Remove one first.`)
    const added = await tx.execute(sql`
      INSERT INTO passkey (id, wallet, public_key, counter, transports, device)
      VALUES (${credential.id}, ${wallet}, ${Buffer.from(credential.publicKey)}, ${BigInt(credential.counter)},
        ${credential.transports ?? []}::text[], ${device})
      ON CONFLICT (id) DO NOTHING`)
    // An authenticator chooses the id: one that is known must not change hands.
    if (added === 0) throw refused('This passkey is known already. Use it, or make another one.')
    await recordEvent(tx, ctx, { type: 'passkey.added', merchantId: scope.merchantId, data: { wallet, device } })
  })
}
