import { createBatchSettlementEIP3009DepositPayload, signVoucher } from '@x402/evm/batch-settlement/client'
import { createWalletClient, encodeFunctionData, http, publicActions, zeroAddress, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import { beforeAll, describe, expect, it } from 'vitest'
import { BatchSettlement, estimateCall } from '@/lib/chains'
import { evmNetwork, fundGas, fundUsdc, tokenBalance, usdc } from './evm'
import { chains } from './testing/chains'

// The rules of x402's escrow, with deposits and vouchers as the official client signs them.

const { abi, address } = BatchSettlement
const newAccount = () => privateKeyToAccount(generatePrivateKey())
const [payer, authorizer, stranger] = [newAccount(), newAccount(), newAccount()]
const hour = 3_600

const wallet = (account: PrivateKeyAccount) =>
  createWalletClient({ account, chain: baseSepolia, transport: http(chains().evm.url) }).extend(publicActions)
const balanceOf = (account: Hex) => tokenBalance(chains().evm, usdc, account)

beforeAll(async () => {
  for (const { address: who } of [payer, authorizer, stranger]) await fundGas(chains().evm, who, 10n ** 19n)
  await fundUsdc(chains().evm, payer.address, 1_000_000n)
})

type Config = BatchSettlement.ChannelConfig
const configOf = (change: Partial<Config> = {}): Config => ({
  payer: payer.address,
  payerAuthorizer: payer.address,
  receiver: newAccount().address,
  receiverAuthorizer: authorizer.address,
  token: usdc,
  withdrawDelay: hour,
  salt: generatePrivateKey(),
  ...change,
})
const idOf = (config: Config) => BatchSettlement.channelId(config, evmNetwork)

/** A deposit as the client signs it. */
async function signDeposit(config: Config, amountBase: bigint): Promise<BatchSettlement.SignedEscrowDeposit> {
  const requirements = {
    scheme: 'batch-settlement',
    network: evmNetwork as `${string}:${string}`,
    amount: '1',
    asset: usdc,
    payTo: config.receiver,
    maxTimeoutSeconds: 300,
    extra: { name: 'USDC', version: '2' },
  }
  const amount = amountBase.toString()
  const { payload } = await createBatchSettlementEIP3009DepositPayload(payer, 2, requirements, config, amount, '1')
  const { erc3009Authorization } = (
    payload as {
      deposit: {
        authorization: {
          erc3009Authorization: Record<'validAfter' | 'validBefore', string> & { salt: Hex; signature: Hex }
        }
      }
    }
  ).deposit.authorization
  const { validAfter, validBefore, salt, signature } = erc3009Authorization
  return { amountBase, validAfter: BigInt(validAfter), validBefore: BigInt(validBefore), salt, signature }
}

async function sign(config: Config, cumulativeBase: bigint, account = payer): Promise<Hex> {
  return (await signVoucher(account, idOf(config), cumulativeBase.toString(), evmNetwork)).signature
}

async function claimOf(config: Config, claimedBase: bigint, cumulativeBase = claimedBase, account = payer) {
  return { config, cumulativeBase, claimedBase, signature: await sign(config, cumulativeBase, account) }
}

/** Sends it, or says which error it would revert with. */
async function send(account: PrivateKeyAccount, data: Hex): Promise<string> {
  const client = wallet(account)
  const tried = await estimateCall(evmNetwork, account.address, { to: address, data })
  if ('refusal' in tried) return tried.refusal.replace('()', '')
  const hash = await client.sendTransaction({ to: address, data, gas: 1_000_000n })
  const { status } = await client.waitForTransactionReceipt({ hash })
  return status
}

async function deposit(config: Config, amountBase: bigint): Promise<string> {
  return send(stranger, BatchSettlement.depositData(config, await signDeposit(config, amountBase)))
}

const settle = async (
  config: Config,
  claims: BatchSettlement.VoucherClaim[],
  refunds: BatchSettlement.EscrowRefund[] = [],
  by = authorizer,
) => send(by, BatchSettlement.settleData(config, claims, refunds))

const read = (functionName: 'channels' | 'pendingWithdrawals' | 'refundNonce', config: Config) =>
  wallet(payer).readContract({ address, abi, functionName, args: [idOf(config)] })

const initiate = (config: Config, amountBase: bigint) =>
  encodeFunctionData({ abi, functionName: 'initiateWithdraw', args: [config, amountBase] })
const finalize = (config: Config) => encodeFunctionData({ abi, functionName: 'finalizeWithdraw', args: [config] })

describe('a channel', () => {
  it('is filled by any account with what its payer signed, claimed for exactly what is due, and refunded', async () => {
    const config = configOf()
    const before = await balanceOf(payer.address)
    expect(await deposit(config, 10_000n)).toBe('success')
    expect(await deposit(config, 5_000n)).toBe('success')
    expect(await read('channels', config)).toEqual([15_000n, 0n])
    expect(await settle(config, [await claimOf(config, 4_000n, 9_000n)])).toBe('success')
    expect(await balanceOf(config.receiver)).toBe(4_000n)
    // The same total again changes nothing, and more is refunded than there is.
    const again = await settle(
      config,
      [await claimOf(config, 4_000n)],
      [{ config, amountBase: BatchSettlement.amountMax }],
    )
    expect(again).toBe('success')
    expect(await read('channels', config)).toEqual([4_000n, 4_000n])
    expect(await balanceOf(config.receiver)).toBe(4_000n)
    expect(before - (await balanceOf(payer.address))).toBe(4_000n)
    expect(await read('refundNonce', config)).toBe(1n)
    // It never ends.
    expect(await deposit(config, 1_000n)).toBe('success')
    expect(await read('channels', config)).toEqual([5_000n, 4_000n])
  })

  it('settles many at once for one receiver', async () => {
    const receiver = newAccount().address
    const configs = [configOf({ receiver }), configOf({ receiver }), configOf({ receiver })] as const
    for (const config of configs) await deposit(config, 1_000n)
    const claims = await Promise.all(configs.map((config, at) => claimOf(config, BigInt(at + 1) * 100n)))
    expect(await settle(configs[0], claims)).toBe('success')
    expect(await balanceOf(receiver)).toBe(600n)
    // One that is not good spoils all.
    const bad = [await claimOf(configs[0], 500n), await claimOf(configs[1], 500n, 500n, stranger)]
    expect(await settle(configs[0], bad)).toBe('InvalidSignature')
    expect(await balanceOf(receiver)).toBe(600n)
  })
})

describe('refused is', () => {
  it('a deposit that is nothing, is for another channel, or comes twice', async () => {
    const config = configOf()
    const signed = await signDeposit(config, 1_000n)
    const depositOf = (one: Config, change: Partial<BatchSettlement.SignedEscrowDeposit> = {}) =>
      send(stranger, BatchSettlement.depositData(one, { ...signed, ...change }))
    expect(await depositOf({ ...config, receiver: zeroAddress })).toBe('InvalidChannel')
    expect(await depositOf({ ...config, withdrawDelay: 899 })).toBe('WithdrawDelayOutOfRange')
    expect(await depositOf({ ...config, withdrawDelay: 2_592_001 })).toBe('WithdrawDelayOutOfRange')
    expect(await depositOf(config, { amountBase: 0n })).toBe('ZeroDeposit')
    expect(await depositOf(config, { amountBase: 999n })).toContain('invalid signature')
    expect(await depositOf(configOf())).toContain('invalid signature')
    expect(await depositOf(config)).toBe('success')
    expect(await depositOf(config)).toContain('used or canceled')
  })

  it('a claim by a stranger, beyond the voucher, beyond the deposit, or that another key signed', async () => {
    const config = configOf()
    await deposit(config, 1_000n)
    expect(await settle(config, [await claimOf(config, 100n)], [], stranger)).toBe('NotAuthorizedToClaim')
    expect(await settle(config, [await claimOf(config, 101n, 100n)])).toBe('ClaimExceedsCeiling')
    expect(await settle(config, [await claimOf(config, 1_001n)])).toBe('ClaimExceedsBalance')
    expect(await settle(config, [await claimOf(config, 100n, 100n, stranger)])).toBe('InvalidSignature')
    expect(await settle(config, [], [{ config, amountBase: 1n }], stranger)).toBe('NotAuthorizedToRefund')
    expect(await settle(config, [], [{ config, amountBase: 0n }])).toBe('ZeroRefund')
    expect(await read('channels', config)).toEqual([1_000n, 0n])
  })

  it('a refund by a signature for another amount or another time, and taken once for the right one', async () => {
    const config = configOf()
    await deposit(config, 1_000n)
    const message = { channelId: idOf(config), nonce: 0n, amount: 400n }
    const signature = await authorizer.signTypedData({
      domain: { name: 'x402 Batch Settlement', version: '1', chainId: 84_532, verifyingContract: address },
      types: {
        Refund: [
          { name: 'channelId', type: 'bytes32' },
          { name: 'nonce', type: 'uint256' },
          { name: 'amount', type: 'uint128' },
        ],
      },
      primaryType: 'Refund',
      message,
    })
    const refund = (amount: bigint, nonce = 0n) =>
      send(
        stranger,
        encodeFunctionData({ abi, functionName: 'refundWithSignature', args: [config, amount, nonce, signature] }),
      )
    expect(await refund(401n)).toBe('InvalidSignature')
    expect(await refund(400n, 1n)).toBe('InvalidRefundNonce')
    expect(await refund(400n)).toBe('success')
    expect(await refund(400n)).toBe('InvalidRefundNonce')
    expect(await read('channels', config)).toEqual([600n, 0n])
  })
})

describe('a withdrawal', () => {
  it('is over when the receiver gives it all back before', async () => {
    const config = configOf()
    await deposit(config, 1_000n)
    await send(payer, initiate(config, 600n))
    expect(await settle(config, [], [{ config, amountBase: 100n }])).toBe('success')
    expect(await read('pendingWithdrawals', config)).toEqual([500n, expect.any(Number)])
    expect(await settle(config, [], [{ config, amountBase: 900n }])).toBe('success')
    expect(await read('pendingWithdrawals', config)).toEqual([0n, 0])
    expect(await read('channels', config)).toEqual([0n, 0n])
  })

  // Last: afterwards the chain is an hour ahead, and what clients sign would have ended.
  it('takes what is not claimed, after the delay, and only the payer’s', async () => {
    const config = configOf()
    await deposit(config, 1_000n)
    expect(await send(stranger, initiate(config, 1n))).toBe('InvalidChannel')
    expect(await send(payer, initiate(config, 0n))).toBe('NothingToWithdraw')
    expect(await send(payer, initiate(config, 1_001n))).toBe('WithdrawAmountExceedsAvailable')
    expect(await send(payer, finalize(config))).toBe('WithdrawalNotPending')
    expect(await send(payer, initiate(config, 1_000n))).toBe('success')
    expect(await send(payer, initiate(config, 1n))).toBe('WithdrawalAlreadyPending')
    expect(await send(payer, finalize(config))).toBe('WithdrawDelayNotElapsed')
    // The receiver's time.
    expect(await settle(config, [await claimOf(config, 300n)])).toBe('success')
    await chains().evm.rpc('evm_increaseTime', [hour + 1])
    await chains().evm.rpc('anvil_mine', ['0x1'])
    expect(await send(stranger, finalize(config))).toBe('NotAuthorizedToFinalizeWithdraw')
    const before = await balanceOf(payer.address)
    expect(await send(payer, finalize(config))).toBe('success')
    expect((await balanceOf(payer.address)) - before).toBe(700n)
    expect(await settle(config, [await claimOf(config, 301n)])).toBe('ClaimExceedsBalance')
    expect(await read('pendingWithdrawals', config)).toEqual([0n, 0])
  })
})
