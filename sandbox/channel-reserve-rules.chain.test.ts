import {
  BaseError,
  ContractFunctionRevertedError,
  createClient,
  http,
  parseEventLogs,
  zeroAddress,
  type Hex,
} from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { readContract, sendTransactionSync, simulateContract } from 'viem/actions'
import { Abis, Account, Actions, P256 } from 'viem/tempo'
import { tempoLocalnet } from 'viem/tempo/chains'
import { beforeAll, describe, expect, test } from 'vitest'
import { channelReserve } from './channel-reserve'
import { tokenBalance } from './evm'
import { fundPathUsd, pathUsd } from './tempo'
import { chains } from './testing/chains'
import { toHighS } from './testing/credential-fixture'

// The rules of TIP-1034, asked by viem's own actions for the precompile.

const { channel: on } = Actions
const abi = Abis.tip20ChannelReserve
const newAccount = () => Account.fromSecp256k1(generatePrivateKey())
const [payer, operator, stranger] = [newAccount(), newAccount(), newAccount()]
const deposit = 1_000_000n
const mostUint96 = 2n ** 96n - 1n
const most = 10n ** 13n

// A fee token makes it a transaction of Tempo's own type.
const chain = tempoLocalnet.extend({ feeToken: pathUsd })
const client = () => createClient({ chain, transport: http(chains().tempo.url) })
// Not in Tempo's format: anvil does not run the `calls` of a request that it only tries.
const plainClient = () => createClient({ transport: http(chains().tempo.url) })
const balanceOf = (address: Hex) => tokenBalance(chains().tempo, pathUsd, address)

type Terms = Parameters<typeof on.open.call>[0]
type Channel = Awaited<ReturnType<typeof open>>

const termsOf = (change: Partial<Terms> = {}): Terms => ({
  deposit,
  payee: newAccount().address,
  operator: operator.address,
  token: pathUsd,
  ...change,
})
/** A channel of the payer to a payee of its own. */
const open = (change: Partial<Terms> = {}) => on.openSync(client(), { account: payer, ...termsOf(change) })
const sign = (channel: Channel, cumulativeAmount: bigint, account: Account.Account = payer) =>
  on.signVoucher(client(), { account, channel, cumulativeAmount })
const stateOf = ({ channelId }: { channelId: Hex }) => on.getStates(client(), { channel: channelId })

/** The name of the error that a call would revert with, or `fine`. */
async function attempt(account: Hex, call: { to: Hex; data: Hex }): Promise<string> {
  try {
    await simulateContract(plainClient(), { account, ...call } as never)
    return 'fine'
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
    return (reverted as ContractFunctionRevertedError | null)?.data?.errorName ?? error.message
  }
}

const settling = async (channel: Channel, cumulativeAmount: bigint, account?: Account.Account) =>
  on.settle.call({ channel, cumulativeAmount, signature: await sign(channel, cumulativeAmount, account) })
const closing = async (channel: Channel, cumulativeAmount: bigint, captureAmount: bigint) =>
  on.close.call({ channel, cumulativeAmount, captureAmount, signature: await sign(channel, cumulativeAmount) })

beforeAll(async () => {
  for (const { address } of [payer, operator]) await fundPathUsd(chains().tempo, address, most)
})

test('ids, digests and constants are those of the precompile', async () => {
  const channel = await open()
  const { channelId, payee, token, salt, authorizedSigner, expiringNonceHash } = channel
  const read = (functionName: string, args: readonly unknown[] = []) =>
    readContract(plainClient(), { address: channelReserve, abi, functionName, args } as never)
  const identity = [payer.address, payee, operator.address, token, salt, authorizedSigner, expiringNonceHash]
  expect(await read('computeChannelId', identity)).toBe(channelId)
  // viem computes the id by itself here.
  expect(await on.getStates(client(), { channel })).toEqual({ settled: 0n, deposit, closeRequestedAt: 0 })
  expect(await read('getChannel', [channel])).toMatchObject({ descriptor: { salt }, state: { deposit } })
  expect(await read('CLOSE_GRACE_PERIOD')).toBe(900n)
  expect(await read('storageCredits', [payer.address])).toBe(0n)
  const other = await open({ salt })
  expect(other.channelId).not.toBe(channelId)
  const ids = [other.channelId, `0x${'00'.repeat(32)}`, channelId] as const
  const states = await on.getStates(client(), { channel: ids })
  expect(states.map((state) => state.deposit)).toEqual([deposit, 0n, deposit])
})

describe('open', () => {
  test('refuses what cannot be', async () => {
    const tried = (change: Partial<Terms>) => attempt(payer.address, on.open.call(termsOf(change)))
    expect(await tried({})).toBe('fine')
    expect(await tried({ payee: zeroAddress, deposit: 0n })).toBe('InvalidPayee')
    expect(await tried({ payee: pathUsd })).toBe('InvalidPayee')
    expect(await tried({ deposit: 0n })).toBe('ZeroDeposit')
    expect(await tried({ deposit: most * 2n })).toBe('InsufficientBalance')
    expect(await tried({ token: stranger.address })).toBe('InvalidToken')
  })

  test('of an account without transactions can be simulated in every way before it is sent', async () => {
    const { rpc } = chains().tempo
    const tried = async (run: (from: Hex, call: { to: Hex; data: Hex }) => Promise<unknown>) => {
      const { address } = newAccount()
      await fundPathUsd(chains().tempo, address, deposit)
      const { to, data } = on.open.call(termsOf())
      return JSON.stringify(await run(address, { to, data }))
    }
    expect(await tried((from, call) => rpc('eth_call', [{ from, ...call }, 'latest']))).toMatch(/^"0x[0-9a-f]{64}"$/)
    expect(await tried((from, { to, data }) => rpc('eth_estimateGas', [{ from, to, input: data }]))).toMatch(
      /^"0x[0-9a-f]+"$/,
    )
    expect(
      await tried((from, call) =>
        rpc('eth_simulateV1', [{ blockStateCalls: [{ calls: [{ from, ...call }] }] }, 'latest']),
      ),
    ).toContain('"status":"0x1"')
    expect(
      await tried((from, call) =>
        rpc('eth_fillTransaction', [{ from, type: '0x76', calls: [{ value: '0x0', ...call }] }]),
      ),
    ).toContain('"gas":')
  })

  test('of an account without transactions needs no simulation', async () => {
    const account = newAccount()
    await fundPathUsd(chains().tempo, account.address, most)
    const fees = { gas: 2_000_000n, maxFeePerGas: 100n * 10n ** 9n, maxPriorityFeePerGas: 10n ** 9n }
    const calls = [on.open.call(termsOf())]
    const bytes = await account.signTransaction({
      chainId: chain.id,
      calls,
      nonce: 0,
      feeToken: pathUsd,
      ...fees,
    } as never)
    const sent = await chains().tempo.rpc<{ status: string }>('eth_sendRawTransactionSync', [bytes])
    expect(sent.status).toBe('0x1')
  })

  test('opens several channels in one transaction, but not one twice', async () => {
    const [one, two] = [on.open.call(termsOf({ salt: `0x${'01'.repeat(32)}` })), on.open.call(termsOf())]
    const gas = 2_000_000n
    const opened = await sendTransactionSync(client(), { account: payer, calls: [one, two], gas } as never)
    const logs = parseEventLogs({ abi, logs: opened.logs, eventName: 'ChannelOpened' })
    expect(new Set(logs.map(({ args }) => args.channelId)).size).toBe(2)
    expect(new Set(logs.map(({ args }) => args.expiringNonceHash)).size).toBe(1)
    const twice = sendTransactionSync(client(), { account: payer, calls: [one, one], gas } as never)
    expect((await twice).status).toBe('reverted')
  })
})

describe('settle', () => {
  test('pays the payee the increase, sent by the payee or by the operator', async () => {
    const channel = await open()
    const [first, second] = [await settling(channel, 300_000n), await settling(channel, 500_000n)]
    expect(await attempt(channel.payee, first)).toBe('fine')
    await sendTransactionSync(client(), { account: operator, calls: [first] } as never)
    const receipt = await sendTransactionSync(client(), { account: operator, calls: [second] } as never)
    const [settled] = parseEventLogs({ abi, logs: receipt.logs, eventName: 'Settled' })
    const amounts = { cumulativeAmount: 500_000n, deltaPaid: 200_000n, newSettled: 500_000n }
    expect(settled?.args).toMatchObject({ channelId: channel.channelId, payer: payer.address, ...amounts })
    expect(await balanceOf(channel.payee)).toBe(500_000n)
  })

  test('refuses what no voucher of the payer allows', async () => {
    const channel = await open()
    const alone = await open({ operator: zeroAddress })
    const by = operator.address
    expect(await attempt(stranger.address, await settling(channel, 1n))).toBe('NotPayeeOrOperator')
    expect(await attempt(zeroAddress, await settling(alone, 1n))).toBe('NotPayeeOrOperator')
    expect(await attempt(by, await settling(channel, deposit + 1n))).toBe('AmountExceedsDeposit')
    expect(await attempt(by, await settling(channel, 0n))).toBe('AmountNotIncreasing')
    expect(await attempt(by, await settling(channel, 1n, stranger))).toBe('InvalidSignature')
    expect(await attempt(by, await settling({ ...channel, salt: alone.salt }, 1n))).toBe('ChannelNotFound')
    const signature = await sign(channel, 2n)
    const settle = (cumulativeAmount: bigint, spelled: Hex) =>
      attempt(by, on.settle.call({ channel, cumulativeAmount, signature: spelled }))
    expect(await settle(2n, signature)).toBe('fine')
    expect(await settle(3n, signature)).toBe('InvalidSignature')
    expect(await settle(2n, toHighS(signature))).toBe('InvalidSignature')
    expect(await settle(2n, '0x')).toBe('InvalidSignature')
    await on.settleSync(client(), { account: operator, channel, cumulativeAmount: 2n, signature })
    expect(await settle(2n, signature)).toBe('AmountNotIncreasing')
  })

  test('takes the voucher of an authorized signer only, be it a P256 key', async () => {
    const signer = Account.fromP256(P256.randomPrivateKey())
    const channel = await open({ authorizedSigner: signer.address })
    expect(await attempt(channel.payee, await settling(channel, 1n))).toBe('InvalidSignature')
    expect(await attempt(channel.payee, await settling(channel, 1n, signer))).toBe('fine')
  })

  test('settles several channels in one transaction of the operator, or none', async () => {
    const channels = [await open(), await open(), await open()]
    const calls = await Promise.all(channels.map((channel, i) => settling(channel, BigInt(i + 1))))
    const send = (all: typeof calls) =>
      sendTransactionSync(client(), { account: operator, calls: all, gas: 2_000_000n } as never)
    const bad = await settling(channels[0]!, deposit + 1n)
    expect((await send([...calls, bad])).status).toBe('reverted')
    const settled = async () => (await Promise.all(channels.map(stateOf))).map((state) => state.settled)
    expect(await settled()).toEqual([0n, 0n, 0n])
    expect((await send(calls)).status).toBe('success')
    expect(await settled()).toEqual([1n, 2n, 3n])
  })
})

describe('close', () => {
  test('captures at most the voucher and the deposit, and gives the rest back', async () => {
    const channel = await open()
    const by = operator.address
    expect(await attempt(stranger.address, await closing(channel, 5n, 5n))).toBe('NotPayeeOrOperator')
    expect(await attempt(by, await closing(channel, 5n, 6n))).toBe('CaptureAmountInvalid')
    expect(await attempt(by, await closing(channel, deposit + 1n, deposit + 1n))).toBe('AmountExceedsDeposit')
    expect(
      await attempt(by, on.close.call({ channel, cumulativeAmount: 1n, captureAmount: 1n, signature: '0x' })),
    ).toBe('InvalidSignature')
    await sendTransactionSync(client(), { account: operator, calls: [await settling(channel, 5n)] } as never)
    expect(await attempt(by, await closing(channel, 5n, 4n))).toBe('CaptureAmountInvalid')
    const before = await balanceOf(payer.address)
    const call = await closing(channel, deposit + 1n, 7n)
    const { logs } = await sendTransactionSync(client(), { account: operator, calls: [call] } as never)
    const [closed] = parseEventLogs({ abi, logs, eventName: 'ChannelClosed' })
    expect(closed?.args).toMatchObject({ settledToPayee: 7n, refundedToPayer: deposit - 7n })
    expect(await balanceOf(channel.payee)).toBe(7n)
    expect(await balanceOf(payer.address)).toBe(before + deposit - 7n)
    expect(await stateOf(channel)).toEqual({ settled: 0n, deposit: 0n, closeRequestedAt: 0 })
    expect(await attempt(by, call)).toBe('ChannelNotFound')
  })

  test('without anything new to capture needs no voucher', async () => {
    const channel = await open()
    const call = on.close.call({ channel, cumulativeAmount: 0n, captureAmount: 0n, signature: '0x' })
    expect(await attempt(channel.payee, call)).toBe('fine')
  })
})

test('a top-up cancels a close request; nothing but the payer can do either', async () => {
  const channel = await open()
  const topping = (additionalDeposit: bigint) => on.topUp.call({ channel, additionalDeposit })
  expect(await attempt(operator.address, topping(1n))).toBe('NotPayer')
  expect(await attempt(operator.address, on.requestClose.call({ channel }))).toBe('NotPayer')
  expect(await attempt(operator.address, on.withdraw.call({ channel }))).toBe('NotPayer')
  expect(await attempt(payer.address, topping(mostUint96))).toBe('DepositOverflow')

  const { closeGraceEnd } = await on.requestCloseSync(client(), { account: payer, channel })
  const { closeRequestedAt } = await stateOf(channel)
  expect(closeGraceEnd).toBe(BigInt(closeRequestedAt) + 900n)
  expect(await attempt(payer.address, on.withdraw.call({ channel }))).toBe('CloseNotReady')

  const { receipt } = await on.topUpSync(client(), { account: payer, channel, additionalDeposit: 0n })
  expect(parseEventLogs({ abi, logs: receipt.logs }).map(({ eventName }) => eventName)).toEqual([
    'CloseRequestCancelled',
    'TopUp',
  ])
  expect(await stateOf(channel)).toEqual({ settled: 0n, deposit, closeRequestedAt: 0 })

  const later = await on.topUpSync(client(), { account: payer, channel, additionalDeposit: 1n })
  expect(parseEventLogs({ abi, logs: later.receipt.logs }).map(({ eventName }) => eventName)).toEqual(['TopUp'])
  expect(later.newDeposit).toBe(deposit + 1n)
})

// Last, because it leaves the chain's clock a quarter of an hour ahead.
test('after fifteen minutes the payer takes back what was not settled, and an unsettled voucher is lost', async () => {
  const channel = await open()
  await sendTransactionSync(client(), { account: operator, calls: [await settling(channel, 400_000n)] } as never)
  await on.requestCloseSync(client(), { account: payer, channel })
  const { rpc } = chains().tempo
  await rpc('evm_increaseTime', [890])
  await rpc('evm_mine', [])
  expect(await attempt(payer.address, on.withdraw.call({ channel }))).toBe('CloseNotReady')
  await rpc('evm_increaseTime', [10])
  await rpc('evm_mine', [])
  const withdrawn = await on.withdrawSync(client(), { account: payer, channel })
  expect(withdrawn).toMatchObject({ settledToPayee: 400_000n, refundedToPayer: 600_000n })
  expect(await balanceOf(channel.payee)).toBe(400_000n)
  expect(await attempt(channel.payee, await settling(channel, 500_000n))).toBe('ChannelNotFound')
})
