import {
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  parseAbi,
  toFunctionSelector,
  type Address,
  type Hex,
  type PrivateKeyAccount,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { beforeAll, inject } from 'vitest'
import { db, sql } from '@/lib/db'
import { env } from '@/lib/env'
import { compile } from '../compile'
import { fundUsdc, putCode } from '../evm'
import { chains } from './chains'

// Payers whose account is not there before they pay (ERC-6492).

const { evm } = chains()
export const factory = '0x5a00000000000000000000000000000000000010'
export const factoryAbi = parseAbi([
  'function createAccount(address owner, uint256 salt) returns (address)',
  'function createOther(address owner, uint256 salt) returns (address)',
  'function burn()',
  'function getAddress(address owner, uint256 salt) view returns (address)',
])
const magic = `0x${'6492'.repeat(16)}` as const

/** Puts the accounts' factory on the chain of this test file. Call it once. */
export function setUpAccountFactory(): void {
  beforeAll(() => putCode(evm, factory, compile('SmartAccountFactory', inject('chainsDir'))))
}

export type Wrapping = { deployer?: Address; data?: Hex }

/** An account that is not there yet, with a dollar, and how its owner signs for it. */
export async function newAccount() {
  const owner = privateKeyToAccount(generatePrivateKey())
  const args = [owner.address, 7n] as const
  const asked = encodeFunctionData({ abi: factoryAbi, functionName: 'getAddress', args })
  const answer = await evm.rpc<Hex>('eth_call', [{ to: factory, data: asked }, 'latest'])
  const address = getAddress(`0x${answer.slice(26)}`)
  await fundUsdc(evm, address, 1_000_000n)
  const create = encodeFunctionData({ abi: factoryAbi, functionName: 'createAccount', args })
  const signing = ({ deployer = factory, data = create }: Wrapping = {}) => ({
    address,
    signTypedData: async (message: Parameters<PrivateKeyAccount['signTypedData']>[0]) => {
      const parts = [deployer, data, await owner.signTypedData(message)] as const
      return concat([encodeAbiParameters([{ type: 'address' }, { type: 'bytes' }, { type: 'bytes' }], parts), magic])
    },
  })
  return { owner, address, signing }
}

export type SmartAccount = Awaited<ReturnType<typeof newAccount>>

export const isThere = async (address: Address) => (await evm.rpc<Hex>('eth_getCode', [address, 'latest'])) !== '0x'

/** Transactions to the factory, oldest first. */
export const deployments = async () =>
  db.query<{ id: string; purpose: string; signer: string; status: string; costWei: bigint | null }>(sql`
    SELECT id, purpose, signer, status, gas_used * gas_price AS "costWei"
    FROM transaction WHERE "to" = ${factory} ORDER BY created_at`)

/** All calls of the factory that change something, as `DEPLOY_FACTORIES` names them, if they were at this address. */
export const callsOf = (at: Address) =>
  factoryAbi.flatMap((member) => (member.name === 'getAddress' ? [] : `${at}:${toFunctionSelector(member)}`))

/** From now on this server deploys by these calls, and no others. */
export const allow = (...calls: string[]) => env.DEPLOY_FACTORIES.splice(0, 10, ...calls)
