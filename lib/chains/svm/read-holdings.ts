import type { Caip2 } from '@/lib/money'
import * as Ed25519 from './Ed25519'
import { readRpc } from '../pool/read-rpc'
import { type TokenHolding, type InContext, type TokenAccountAnswer, accountSizeMin } from './SvmAnswer'

const frozen = 2

/** The token account at each address, in order. @throws RpcError | TransportError */
export async function readHoldings(
  network: Caip2,
  addresses: readonly string[],
): Promise<(TokenHolding | undefined)[]> {
  const config = { encoding: 'base64', commitment: 'confirmed' }
  const { value } = await readRpc<InContext<TokenAccountAnswer[]>>(network, 'getMultipleAccounts', [addresses, config])
  return value.map((account) => {
    const data = account ? Buffer.from(account.data[0], 'base64') : undefined
    if (!account || !data || data.length < accountSizeMin) return undefined
    return {
      mint: Ed25519.toBase58(data.subarray(0, 32)),
      owner: Ed25519.toBase58(data.subarray(32, 64)),
      amountBase: data.readBigUInt64LE(64),
      isFrozen: data[108] === frozen,
      program: account.owner,
    }
  })
}
