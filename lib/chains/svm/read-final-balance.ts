import type { Caip2 } from '@/lib/money'
import * as Ata from './Ata'
import { readRpc } from '../pool/read-rpc'
import { type InContext, type TokenAccountAnswer, accountSizeMin } from './SvmAnswer'

/** An owner's balance of a token as of the newest finalized slot; 0 without an account. */
export async function readFinalBalance(
  network: Caip2,
  owner: string,
  mint: string,
): Promise<{ slot: bigint; amountBase: bigint }> {
  const config = { encoding: 'base64', commitment: 'finalized' }
  const params = [Ata.of(owner, mint), config]
  const { context, value } = await readRpc<InContext<TokenAccountAnswer>>(network, 'getAccountInfo', params)
  const data = value ? Buffer.from(value.data[0], 'base64') : undefined
  const amountBase = data && data.length >= accountSizeMin ? data.readBigUInt64LE(64) : 0n
  return { slot: BigInt(context.slot), amountBase }
}
