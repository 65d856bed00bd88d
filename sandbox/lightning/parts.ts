import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as ldk from 'lightningdevkit'
import type { Change, Store } from './store'

const feeratePerKw = 253

/** Loads LDK. Once in a process. */
export async function loadLdk(): Promise<void> {
  const file = createRequire(import.meta.url).resolve('lightningdevkit/liblightningjs.wasm')
  // LDK greets on the console; what this process prints is read as its log.
  const { log } = console
  console.log = () => {}
  await ldk.initializeWasmFromBinary(readFileSync(file))
  console.log = log
}

/** Hash of the genesis block of regtest, as LDK starts. */
export const genesisHash = (): Uint8Array =>
  ldk.BestBlock.constructor_from_network(ldk.Network.LDKNetwork_Regtest).get_block_hash()

/** Changes that wait for the next commit. */
export type Outbox = Change[]

/** The parts of LDK that one node is made of. The caller keeps this object: LDK frees what JavaScript collects. */
export type Parts = ReturnType<typeof makeParts>

/** Makes or loads everything of a node except its network. `log` gets LDK's warnings and errors. */
export function makeParts(store: Store, outbox: Outbox, seed: Uint8Array, log: (line: string) => void) {
  const fees = ldk.FeeEstimator.new_impl({ get_est_sat_per_1000_weight: () => feeratePerKw })
  const broadcaster = ldk.BroadcasterInterface.new_impl({ broadcast_transactions() {} })
  const logger = ldk.Logger.new_impl({
    log(record) {
      if (record.get_level() >= ldk.Level.LDKLevel_Warn) log(`${record.get_module_path()}: ${record.get_args()}`)
    },
  })
  const persist = persistOf(outbox)
  const now = Date.now()
  const keys = ldk.KeysManager.constructor_new(seed, BigInt(Math.floor(now / 1000)), (now % 1000) * 1_000_000)
  const none = ldk.Option_FilterZ.constructor_none()
  const chainMonitor = ldk.ChainMonitor.constructor_new(none, broadcaster, logger, fees, persist)
  const graph = ldk.NetworkGraph.constructor_new(ldk.Network.LDKNetwork_Regtest, logger)
  const decay = ldk.ProbabilisticScoringDecayParameters.constructor_default()
  const scorer = ldk.ProbabilisticScorer.constructor_new(decay, graph, logger)
  const score = ldk.MultiThreadedLockableScore.constructor_new(scorer.as_Score())
  const entropy = keys.as_EntropySource()
  const scoring = ldk.ProbabilisticScoringFeeParameters.constructor_default()
  const router = ldk.DefaultRouter.constructor_new(graph, logger, entropy, score.as_LockableScore(), scoring)
  const messageRouter = ldk.DefaultMessageRouter.constructor_new(graph, entropy)
  const base = { fees, broadcaster, logger, persist, keys, chainMonitor, graph, scorer, score, router, messageRouter }
  const manager = loadManager(store, base) ?? newManager(base)
  const ignore = ldk.IgnoringMessageHandler.constructor_new()
  const peers = ldk.PeerManager.constructor_new(
    manager.as_ChannelMessageHandler(),
    ignore.as_RoutingMessageHandler(),
    ignore.as_OnionMessageHandler(),
    ignore.as_CustomMessageHandler(),
    Math.floor(now / 1000),
    entropy.get_secure_random_bytes(),
    logger,
    keys.as_NodeSigner(),
  )
  return { ...base, manager, ignore, peers }
}

type Base = {
  fees: ldk.FeeEstimator
  broadcaster: ldk.BroadcasterInterface
  logger: ldk.Logger
  keys: ldk.KeysManager
  chainMonitor: ldk.ChainMonitor
  router: ldk.DefaultRouter
  messageRouter: ldk.DefaultMessageRouter
}

/** Updates that are stored one by one before their monitor is stored anew, which is larger than all of them. */
const updatesKept = 100

const outpointOf = (point: ldk.OutPoint) => Buffer.from(point.write()).toString('hex')

/**
 * A monitor's change goes to the outbox and counts as complete; nothing that follows from it leaves the process before the outbox is
 * on disk in the same frame as the manager (`commit` in node.ts).
 */
function persistOf(outbox: Outbox): ldk.Persist {
  const completed = ldk.ChannelMonitorUpdateStatus.LDKChannelMonitorUpdateStatus_Completed
  const stored = new Map<string, { updateId: bigint; updates: number }>()
  const putWhole = (key: string, monitor: ldk.ChannelMonitor) => {
    outbox.push({ key: `monitor/${key}`, mode: 'put', value: monitor.write() })
    outbox.push({ key: `update/${key}`, mode: 'drop', value: new Uint8Array() })
    stored.set(key, { updateId: monitor.get_latest_update_id(), updates: 0 })
  }
  return ldk.Persist.new_impl({
    persist_new_channel(point, monitor) {
      putWhole(outpointOf(point), monitor)
      return completed
    },
    update_persisted_channel(point, update, monitor) {
      const key = outpointOf(point)
      const last = stored.get(key)
      const updateId = monitor.get_latest_update_id()
      // A block changes the monitor without an update; the bindings then hand over an object that holds nothing.
      if (!last || last.updateId === updateId || last.updates >= updatesKept) putWhole(key, monitor)
      else {
        stored.set(key, { updateId, updates: last.updates + 1 })
        outbox.push({ key: `update/${key}`, mode: 'add', value: update.write() })
      }
      return completed
    },
    archive_persisted_channel() {},
  })
}

function loadManager(store: Store, base: Base): ldk.ChannelManager | undefined {
  const stored = store.values.get('manager')?.[0]
  if (!stored) return undefined
  const monitors = [...store.values].flatMap(([key, [whole]]) => {
    if (!key.startsWith('monitor/') || !whole) return []
    return [loadMonitor(whole, store.values.get(key.replace('monitor/', 'update/')) ?? [], base)]
  })
  const read = ldk.UtilMethods.constructor_C2Tuple_ThirtyTwoBytesChannelManagerZ_read(
    stored,
    base.keys.as_EntropySource(),
    base.keys.as_NodeSigner(),
    base.keys.as_SignerProvider(),
    base.fees,
    base.chainMonitor.as_Watch(),
    base.broadcaster,
    base.router.as_Router(),
    base.messageRouter.as_MessageRouter(),
    base.logger,
    userConfig(),
    monitors,
  )
  if (!(read instanceof ldk.Result_C2Tuple_ThirtyTwoBytesChannelManagerZDecodeErrorZ_OK))
    throw new Error('the stored channel manager cannot be read')
  for (const monitor of monitors) base.chainMonitor.as_Watch().watch_channel(monitor.get_funding_txo().get_a(), monitor)
  return read.res.get_b()
}

function loadMonitor(whole: Buffer, updates: readonly Buffer[], base: Base): ldk.ChannelMonitor {
  const { keys, broadcaster, fees, logger } = base
  const read = ldk.UtilMethods.constructor_C2Tuple_ThirtyTwoBytesChannelMonitorZ_read(
    whole,
    keys.as_EntropySource(),
    keys.as_SignerProvider(),
  )
  if (!(read instanceof ldk.Result_C2Tuple_ThirtyTwoBytesChannelMonitorZDecodeErrorZ_OK))
    throw new Error('a stored channel monitor cannot be read')
  const monitor = read.res.get_b()
  for (const bytes of updates) {
    const update = ldk.ChannelMonitorUpdate.constructor_read(bytes)
    if (!(update instanceof ldk.Result_ChannelMonitorUpdateDecodeErrorZ_OK))
      throw new Error('a stored update of a channel monitor cannot be read')
    if (!monitor.update_monitor(update.res, broadcaster, fees, logger).is_ok())
      throw new Error('a stored update does not fit its channel monitor')
  }
  return monitor
}

function newManager(base: Base): ldk.ChannelManager {
  const network = ldk.Network.LDKNetwork_Regtest
  return ldk.ChannelManager.constructor_new(
    base.fees,
    base.chainMonitor.as_Watch(),
    base.broadcaster,
    base.router.as_Router(),
    base.messageRouter.as_MessageRouter(),
    base.logger,
    base.keys.as_EntropySource(),
    base.keys.as_NodeSigner(),
    base.keys.as_SignerProvider(),
    userConfig(),
    ldk.ChainParameters.constructor_new(network, ldk.BestBlock.constructor_from_network(network)),
    Math.floor(Date.now() / 1000),
  )
}

/**
 * One channel between two nodes that trust each other: all of it may be under way, in as many payments as the protocol allows. It is
 * public, so that invoices need no routing hint.
 */
export function userConfig(): ldk.UserConfig {
  const config = ldk.UserConfig.constructor_default()
  const handshake = config.get_channel_handshake_config()
  handshake.set_minimum_depth(1)
  handshake.set_announce_for_forwarding(true)
  handshake.set_our_htlc_minimum_msat(1n)
  handshake.set_max_inbound_htlc_value_in_flight_percent_of_channel(100)
  handshake.set_our_max_accepted_htlcs(483)
  config.set_channel_handshake_config(handshake)
  const limits = config.get_channel_handshake_limits()
  limits.set_max_funding_satoshis(21_000_000n * 100_000_000n)
  config.set_channel_handshake_limits(limits)
  const channel = config.get_channel_config()
  channel.set_max_dust_htlc_exposure(ldk.MaxDustHTLCExposure.constructor_fixed_limit_msat(5_000_000_000n))
  config.set_channel_config(channel)
  return config
}
