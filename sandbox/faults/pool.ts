import type { Hex } from 'viem'
import { follow, type Block } from './follow'
import type { Entry, PoolChange } from './log'
import type { Answer, Node } from './node'
import { pooledSet, type Pooled } from './pooled'
import { readRaw, type Raw } from './raw'
import { refuse, type About, type Client, type Refusal } from './refusals'

export type PoolOptions = {
  /** Whose words it uses. */
  client: Client
  /** A replacement must pay more than 10 % more, as reth wants it; geth takes 10 %. */
  isStrict: boolean
  /** Most that it keeps of one account: those that could run now, and those behind a gap. No bounds when absent. */
  slots?: { executable: number; queued: number }
  chainId: number
  note(entry: Entry): void
}

/**
 * The pool of a real node, in front of anvil's own, which lacks geth's rules: a replacement must pay a tenth more on both
 * fields; what the next block is too dear for stays and gets in when the base fee has fallen; a reorganisation puts its
 * transactions back. All providers of one chain share it.
 */
export type Pool = {
  /** A node's answer to signed bytes. @throws Error when the chain cannot be reached. */
  send(bytes: Hex, isPrivate: boolean): Promise<Answer>
  /** Looks at the chain now: who was mined, who is back, who is to be offered again. Runs by itself besides. */
  sync(): Promise<void>
  /** The nonce that follows on what is mined and publicly pooled. Decimal of an address's `pending` count. */
  pendingCount(address: string): Promise<bigint>
  find(hash: Hex): Pooled | undefined
  /** Public ones and private ones, by nonce. */
  transactions(): readonly Pooled[]
  /** Forgets a transaction, as a node does under pressure. False when it is not in the pool. */
  evict(hash: Hex): Promise<boolean>
  stop(): void
}

const pollMs = 200
const blockGasMax = 30_000_000n

export function startPool(node: Node, options: PoolOptions): Pool {
  const { client, chainId } = options
  const pooled = pooledSet()
  const mined = new Map<Hex, Pooled & { block: Hex }>()
  const step = follow(node)
  const no = (refusal: Refusal, about?: About): Answer => ({ error: refuse(client, refusal, about) })
  const note = (change: PoolChange, { hash, from, nonce, isPrivate }: Pooled) =>
    options.note({ what: 'pool', change, hash, from, nonce, isPrivate })
  const nonceOf = async (address: string) =>
    BigInt(await node.read<Hex>('eth_getTransactionCount', [address, 'latest']))

  async function send(bytes: Hex, isPrivate: boolean): Promise<Answer> {
    const raw = readRaw(bytes)
    if (!raw) return node.respond({ method: 'eth_sendRawTransaction', params: [bytes] })
    await sync()
    const [next, balance] = await Promise.all([
      nonceOf(raw.from),
      node.read<Hex>('eth_getBalance', [raw.from, 'latest']),
    ])
    // From here to the pool without a pause: the same bytes come by several providers at once.
    const refusal = check(raw, isPrivate, next, BigInt(balance))
    if (refusal) return refusal
    const entry = { ...raw, isPrivate }
    const before = pooled.at(raw.from, raw.nonce, isPrivate)
    pooled.put(entry)
    note(before ? 'replaced' : 'pooled', entry)
    const answer = await offer(entry)
    if (answer === 'kept') note('kept', entry)
    else if (answer) {
      pooled.remove(entry)
      if (before) pooled.put(before)
      return answer
    }
    await makeRoom(raw.from, isPrivate)
    return { result: raw.hash }
  }

  /** The reason to refuse it, checked in geth's order. */
  function check(raw: Raw, isPrivate: boolean, next: bigint, balanceWei: bigint): Answer | undefined {
    if (raw.chainId !== undefined && raw.chainId !== chainId)
      return no('wrong-chain', { expected: BigInt(chainId), got: BigInt(raw.chainId) })
    if (pooled.get(raw.hash)) return no('known')
    if (raw.gas > blockGasMax) return no('gas-limit')
    // Anvil takes those, and never mines them.
    if (raw.gas < raw.intrinsicGas) return no('intrinsic-gas', { expected: raw.intrinsicGas, got: raw.gas })
    if (raw.nonce < next) return no('nonce-too-low', { expected: next, got: raw.nonce })
    const before = pooled.at(raw.from, raw.nonce, isPrivate)
    const others = pooled.of(raw.from, isPrivate).filter(({ nonce }) => nonce >= next && nonce !== raw.nonce)
    const costWei = others.reduce((sum, other) => sum + other.costWei, raw.costWei)
    if (balanceWei < costWei) return no('funds', { expected: costWei, got: balanceWei })
    if (before && !replaces(raw, before, options.isStrict)) return no('underpriced-replacement')
    return undefined
  }

  /** Gives it to anvil. Nothing when that took it, `kept` when it is only too cheap now, else the refusal. */
  async function offer(entry: Pooled): Promise<Answer | 'kept' | undefined> {
    const answer = await node.respond({ method: 'eth_sendRawTransaction', params: [entry.bytes] })
    if (!('error' in answer)) return undefined
    const { message } = answer.error
    if (/already (imported|known)/i.test(message)) return undefined
    if (/base fee|underpriced/i.test(message)) return 'kept'
    if (/nonce too low/i.test(message))
      return no('nonce-too-low', { expected: await nonceOf(entry.from), got: entry.nonce })
    if (/insufficient funds/i.test(message)) return no('funds', { expected: entry.costWei })
    return { error: { ...answer.error, code: client === 'anvil' ? answer.error.code : -32000 } }
  }

  async function makeRoom(from: string, isPrivate: boolean): Promise<void> {
    const { slots } = options
    if (!slots) return
    const lane = pooled.of(from, isPrivate)
    const next = await nonceOf(from)
    const runs = executable(lane, next)
    const tooMany = [...runs.slice(slots.executable), ...lane.filter((one) => !runs.includes(one)).slice(slots.queued)]
    for (const { hash } of tooMany) await evict(hash)
  }

  async function evict(hash: Hex): Promise<boolean> {
    const entry = pooled.get(hash)
    if (!entry) return false
    pooled.remove(entry)
    note('evicted', entry)
    await node.read('anvil_dropTransaction', [hash])
    return true
  }

  function whenMined(block: Block): void {
    for (const { hash, from, nonce } of block.transactions)
      for (const isPrivate of [false, true]) {
        const entry = pooled.at(from.toLowerCase(), BigInt(nonce), isPrivate)
        if (!entry) continue
        pooled.remove(entry)
        note(entry.hash === hash ? 'mined' : 'displaced', entry)
        mined.set(entry.hash, { ...entry, block: entry.hash === hash ? block.hash : '0x' })
      }
  }

  function whenGone({ hash }: Block): void {
    for (const entry of mined.values()) {
      if (entry.block !== hash) continue
      mined.delete(entry.hash)
      if (pooled.at(entry.from, entry.nonce, entry.isPrivate)) continue
      pooled.put(entry)
      note('reinjected', entry)
    }
  }

  /** Anvil forgets what a block was too dear for and what a reorganisation took back. */
  async function offerMissing(): Promise<void> {
    const waiting = pooled.all()
    if (waiting.length === 0) return
    const there = await held(node)
    for (const entry of waiting)
      if (!there.has(entry.hash) && pooled.get(entry.hash) && (await offer(entry)) === undefined)
        note('offered-again', entry)
  }

  async function syncOnce(): Promise<void> {
    const { gone, fresh } = await step()
    gone.forEach(whenGone)
    fresh.forEach(whenMined)
    if (fresh.length > 0) await offerMissing()
  }

  const sync = inTurn(syncOnce)
  const timer = setInterval(() => void sync().catch(() => undefined), pollMs)
  return {
    send,
    sync,
    async pendingCount(address) {
      const next = await nonceOf(address)
      return next + BigInt(executable(pooled.of(address.toLowerCase(), false), next).length)
    },
    find: (hash) => pooled.get(hash),
    transactions: () => pooled.all(),
    evict,
    stop: () => clearInterval(timer),
  }
}

/** geth: a tenth more on both fields, and more at any rate; reth: more than a tenth. */
function replaces(raw: Raw, before: Raw, isStrict: boolean): boolean {
  const enough = (now: bigint, then: bigint) => {
    const threshold = (then * 110n) / 100n
    return now > then && (isStrict ? now > threshold : now >= threshold)
  }
  return enough(raw.maxFeePerGas, before.maxFeePerGas) && enough(raw.tipPerGas, before.tipPerGas)
}

/** Those that follow each other from this nonce on. */
function executable(lane: readonly Pooled[], next: bigint): Pooled[] {
  const open = lane.filter(({ nonce }) => nonce >= next)
  return open.filter(({ nonce }, index) => nonce === next + BigInt(index))
}

/** The hashes in anvil's own pool. */
async function held(node: Node): Promise<Set<Hex>> {
  type Content = Record<string, Record<string, { hash: Hex }>>
  const { pending, queued } = await node.read<{ pending: Content; queued: Content }>('txpool_content', [])
  return new Set(
    [pending, queued].flatMap((part) =>
      Object.values(part).flatMap((lane) => Object.values(lane).map(({ hash }) => hash)),
    ),
  )
}

/** Runs `work` one at a time. All calls during a run share the next run. */
function inTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = () => {
    next = undefined
    running = work().finally(() => (running = undefined))
    return running
  }
  return () => (running ? (next ??= running.then(start, start)) : start())
}
