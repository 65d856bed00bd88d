import type { Ctx } from '../../ctx'
import * as Challenge from '../Challenge'
import * as Nonce from '../Nonce'
import { linkBinding, linkStatement } from './WalletLink'

/** The challenge that another wallet signs to be linked to `wallet`, which is signed in. Stores nothing. */
export function beginWalletLink(ctx: Ctx, wallet: string): Challenge.SiweChallenge {
  const nowMs = ctx.now()
  return Challenge.create(Nonce.create(linkBinding(wallet), nowMs), nowMs, linkStatement(wallet))
}
