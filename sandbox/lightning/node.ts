import { randomBytes } from 'node:crypto'
import path from 'node:path'
import * as ldk from 'lightningdevkit'
import { NodeLDKNet } from 'lightningdevkit-node-net'
import { openBook, type Book } from './book'
import type { ToyBlock, ToyChain } from './chain'
import { onEvent } from './on-event'
import { makeParts, userConfig, type Outbox, type Parts } from './parts'
import { openStore, type Change, type Store } from './store'

export type NodeName = 'seller' | 'agent'

/** One LDK node: its parts, its book, and the pump that lets nothing out before it is on disk. */
export type SandboxNode = {
  name: NodeName
  /** Public key, hex. */
  id: string
  parts: Parts
  book: Book
  chain: ToyChain
  /** A secret that stays the same for this state: macaroon and password are made of it. */
  secret: string
  /** Runs LDK until it has nothing to do, stores what changed, then sends what follows from it. */
  pump(): void
  /** Takes a block of the chain. */
  take(block: ToyBlock): void
  listen(port: number): Promise<void>
  connect(port: number, peer: string): Promise<void>
  openChannel(peer: string, capacitySat: bigint, pushSat: bigint): void
  close(): void
}

export type NodeOptions = {
  name: NodeName
  chain: ToyChain
  /** Keeps the state; without it the node is forgotten. */
  dir?: string
  onFunding: (transaction: Buffer) => void
  onClosed: () => void
  log: (line: string) => void
}

/** Starts a node, from its state when there is one. It has no peer until `connect` or `listen`. */
export function startNode({ name, chain, dir, onFunding, onClosed, log }: NodeOptions): SandboxNode {
  const store = openStore(dir === undefined ? undefined : path.join(dir, `${name}.state`))
  const outbox: Outbox = []
  const seed = secretAt('seed', store, outbox)
  const secret = secretAt('secret', store, outbox)
  const parts = makeParts(store, outbox, seed, log)
  const book = openBook(store, outbox)
  const pump = pumpOf({ parts, book, store, outbox, onFunding, onClosed, log })
  const net = new NodeLDKNet(parts.peers)
  const ticks = setInterval(pump, 1_000)
  const minutes = setInterval(() => parts.manager.timer_tick_occurred(), 60_000)
  const confirms = [parts.manager.as_Confirm(), parts.chainMonitor.as_Confirm()]
  const take = (block: ToyBlock) => {
    for (const confirm of confirms) takeBlock(confirm, block)
    pump()
  }
  for (const block of chain.after(parts.manager.current_best_block().get_height())) take(block)
  pump()
  return {
    name,
    id: Buffer.from(parts.manager.get_our_node_id()).toString('hex'),
    parts,
    book,
    chain,
    secret: Buffer.from(secret).toString('hex'),
    pump,
    take,
    listen: (port) => net.bind_listener('127.0.0.1', port),
    connect: (port, peer) => net.connect_peer('127.0.0.1', port, Buffer.from(peer, 'hex')),
    openChannel(peer, capacitySat, pushSat) {
      const key = Buffer.from(peer, 'hex')
      const opened = parts.manager.create_channel(key, capacitySat, pushSat * 1000n, 1n, null, userConfig())
      if (opened instanceof ldk.Result_ChannelIdAPIErrorZ_Err)
        throw new Error(`no channel: ${JSON.stringify(opened.err)}`)
      pump()
    },
    close() {
      clearInterval(ticks)
      clearInterval(minutes)
      net.stop()
      pump()
      store.close()
    },
  }
}

const put = (key: string, value: Uint8Array): Change => ({ key, mode: 'put', value })

function secretAt(key: string, store: Store, outbox: Outbox): Uint8Array {
  const stored = store.values.get(key)?.[0]
  if (stored) return stored
  const made = randomBytes(32)
  outbox.push(put(key, made))
  return made
}

function takeBlock(confirm: ldk.Confirm, { header, height, transactions }: ToyBlock): void {
  const pairs = transactions.map((transaction, index) =>
    ldk.TwoTuple_usizeTransactionZ.constructor_new(index + 1, transaction),
  )
  if (pairs.length > 0) confirm.transactions_confirmed(header, pairs, height)
  confirm.best_block_updated(header, height)
}

type Pumped = {
  parts: Parts
  book: Book
  store: Store
  outbox: Outbox
  onFunding: (transaction: Buffer) => void
  onClosed: () => void
  log: (line: string) => void
}

/**
 * LDK asks for `process_events` of the peers whenever it may have something to send; that call is ours. It first lets LDK handle its
 * events, then writes manager, monitors and book in one frame, and only then lets the bytes go to the sockets.
 */
function pumpOf({ parts, book, store, outbox, onFunding, onClosed, log }: Pumped): () => void {
  const { manager, chainMonitor, peers } = parts
  const events: ldk.Event[] = []
  const handler = ldk.EventHandler.new_impl({
    handle_event(event) {
      events.push(event)
      return ldk.Result_NoneReplayEventZ.constructor_ok()
    },
  })
  const managerEvents = manager.as_EventsProvider()
  const monitorEvents = chainMonitor.as_EventsProvider()
  const send = peers.process_events.bind(peers)
  let isNew = !store.values.has('manager')
  const commit = () => {
    if (manager.get_and_clear_needs_persistence() || outbox.length > 0 || isNew) {
      outbox.push(put('manager', manager.write()))
      isNew = false
    }
    if (outbox.length > 0) store.commit(outbox.splice(0))
  }
  let isRunning = false
  const pump = () => {
    if (isRunning) return
    isRunning = true
    try {
      do {
        events.length = 0
        manager.process_pending_htlc_forwards()
        managerEvents.process_pending_events(handler)
        monitorEvents.process_pending_events(handler)
        for (const event of events) onEvent(event, { parts, book, onFunding, onClosed, log })
      } while (events.length > 0)
      commit()
      send()
    } finally {
      isRunning = false
    }
    book.announce()
  }
  peers.process_events = pump
  return pump
}
