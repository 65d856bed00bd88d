import { afterEach, expect, it } from 'vitest'
import { setUpExecution, ctx, enqueue, evm, look, network, proxy, transfer } from '@/sandbox/testing/execution-harness'
import { awaitOutcome } from './await-outcome'
import { isIncluded } from './inclusions'
import { submitNow } from '../submit/submit-now'

setUpExecution()

async function stopMining(): Promise<void> {
  await evm.rpc('evm_setAutomine', [false])
  await evm.rpc('evm_setIntervalMining', [0])
}
afterEach(() => evm.rpc('evm_setIntervalMining', [2]))
const mine = () => evm.rpc('evm_mine', [])
const countOf = (name: string) => proxy.calls.filter(({ method }) => method === name).length
// Blocks are asked for a few times while one is made; those of this chain come when they are wanted.
const nextLook = () => new Promise((resolve) => setTimeout(resolve, 300))

async function send(): Promise<{ id: string; hash: string }> {
  const id = await enqueue(transfer().call)
  await submitNow(ctx, id)
  const hash = (await look(id)).attempts[0]?.hash
  if (!hash) throw new Error('it was not sent')
  return { id, hash }
}

it('is not known where blocks cannot be read, nor behind a gap', async () => {
  proxy.fault = ({ method }) => (method === 'eth_getBlockByNumber' ? 'swallow' : 'forward')
  await nextLook()
  expect(await isIncluded(network, ['0x01'], performance.now())).toBe('unknown')
  proxy.fault = () => 'forward'
  const sentAtMs = performance.now()
  await evm.rpc('anvil_mine', ['0x20'])
  await nextLook()
  expect(await isIncluded(network, ['0x01'], sentAtMs)).toBe('unknown')
})

it('many that wait ask for a receipt when there is one, and read blocks together', async () => {
  await stopMining()
  await isIncluded(network, [], performance.now())
  const sent = []
  for (let one = 0; one < 12; one++) sent.push(await send())
  proxy.calls.length = 0
  const outcomes = Promise.all(sent.map(({ id }) => awaitOutcome(id, 60_000)))
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  expect(countOf('eth_getTransactionReceipt')).toBe(0)
  await mine()
  for (const outcome of await outcomes) expect(outcome.kind).toBe('included')
  // A dozen on its own would have asked as often in those two seconds, each.
  expect(countOf('eth_getTransactionReceipt')).toBeLessThanOrEqual(sent.length + 3)
})

// Last, because what it takes back stays out.
it('is known of what is sent after the first look, in a block and taken back by a reorganisation', async () => {
  await stopMining()
  await isIncluded(network, [], performance.now())
  await nextLook()
  const { hash } = await send()
  expect(await isIncluded(network, [hash], performance.now())).toBe('no')
  // Of what was sent before it looked here it knows only what it sees.
  expect(await isIncluded(network, ['0x01'], -1)).toBe('unknown')
  await mine()
  await nextLook()
  expect(await isIncluded(network, [hash], performance.now())).toBe('yes')
  for (let block = 0; block < 3; block++) await mine()
  await nextLook()
  expect(await isIncluded(network, [hash], performance.now())).toBe('yes')
  await evm.rpc('anvil_reorg', [4, []])
  await nextLook()
  expect(await isIncluded(network, [hash], performance.now())).not.toBe('yes')
})
