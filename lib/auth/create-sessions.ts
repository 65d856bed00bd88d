import type { Ctx } from '../ctx'
import { withTransaction, type Tx } from '@/lib/db'
import { createAgentSession } from './agent-session'
import { findMerchantOf } from './find-merchant-of'
import { isOperator } from './is-operator'
import { sessionMs, startSession } from './start-session'

/** Of lib/merchants: creates the merchant of an installation that has none, for an operator. */
export type CreateMerchant = (tx: Tx, ctx: Ctx) => Promise<string>

/** The session ids of a wallet for its cookies; only their hashes are stored. */
export type SessionIds = {
  /** Its canonical address. */
  wallet: string
  /** For the wallet's own payments, at every merchant. */
  agent: string
  /** For the dashboard, if the wallet is a member or an operator. */
  member: string | undefined
}

/**
 * The sessions of a wallet that has proved its identity: always one as an agent, and one as a member if it is one. New ids at
 * every call, so that a cookie that an attacker set before is worthless.
 */
export async function createSessions(
  ctx: Ctx,
  wallet: string,
  createFirstMerchant: CreateMerchant,
  device: string,
): Promise<SessionIds> {
  const owner: Ctx = { ...ctx, actor: { kind: 'member', id: wallet } }
  const member = await withTransaction(async (tx) => {
    const merchantId = await findMerchant(tx, owner, wallet, createFirstMerchant)
    return merchantId && startSession(tx, owner, { address: wallet, merchantId, device })
  })
  return { wallet, agent: await createAgentSession(wallet, sessionMs), member }
}

/** The merchant that a wallet acts for; of an installation without one, an operator creates the first. */
async function findMerchant(
  tx: Tx,
  ctx: Ctx,
  address: string,
  createFirstMerchant: CreateMerchant,
): Promise<string | undefined> {
  const operator = isOperator(address)
  const found = await findMerchantOf(tx, address, operator)
  return found ?? (operator ? createFirstMerchant(tx, ctx) : undefined)
}
