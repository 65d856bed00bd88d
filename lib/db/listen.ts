import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { env } from '../env'
import { log } from '../log'
import { endWithDb, openSocket } from './client'

const backoffMs = { first: 100, most: 5_000 }
const heartbeatMs = 5_000
const connectTimeoutMs = 5_000
/** Where no notification arrives, a retry soon is useless. */
const deafMs = 60_000

export type NotifyListener = {
  /** False while notifications may be missed. */
  isListening(): boolean
  /** Stops listening. May be called twice. */
  close(): Promise<void>
}

type Topic = { channel: string; onNotify: (payload: string) => void; onUp: () => void; isUp: boolean }

type Ear = {
  /** The channel that this process notifies itself on, to check that notifications arrive. */
  id: string
  topics: Set<Topic>
  /** The connection, from before it is made until it is lost. */
  client?: pg.Client
  /** The last statement on it: statements run one after the other. */
  ready: Promise<unknown>
  failures: number
  retry?: NodeJS.Timeout | undefined
}

// Next bundles its own copy of this module besides the plain listener's: they share one connection per process.
const shared = globalThis as typeof globalThis & { sluiceEar?: Ear }
const ear: Ear = (shared.sluiceEar ??= {
  id: `ear_${randomUUID()}`,
  topics: new Set(),
  ready: Promise.resolve(),
  failures: 0,
})

/**
 * Listens on a channel. One connection of this process serves all channels; it is made again, with backoff, whenever it is
 * lost. `onNotify` gets each payload. `onUp` runs whenever listening starts: earlier notifications may have been missed. Every
 * few seconds a notification to itself checks that they arrive, because a pooler may accept LISTEN and deliver nothing. The
 * connection keeps no process alive.
 */
export function listen(channel: string, onNotify: (payload: string) => void, onUp: () => void): NotifyListener {
  const topic: Topic = { channel, onNotify, onUp, isUp: false }
  ear.topics.add(topic)
  if (!ear.client && ear.retry === undefined) void connect()
  else if (ear.client) void subscribe(ear.client, topic)
  const close = async () => {
    topic.isUp = false
    ear.topics.delete(topic)
    if (ear.topics.size === 0) await disconnect()
  }
  endWithDb(close)
  return { isListening: () => topic.isUp, close }
}

async function connect(): Promise<void> {
  ear.retry = undefined
  const client = new pg.Client({
    connectionString: env.DATABASE_URL,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: connectTimeoutMs,
    keepAlive: true,
    stream: () => openSocket().unref(),
    application_name: 'sluice listen',
  })
  ear.client = client
  client.on('error', (error) => lose(client, error))
  client.on('end', () => lose(client))
  client.on('notification', ({ channel, payload }) => {
    for (const topic of ear.topics) if (topic.channel === channel) topic.onNotify(payload ?? '')
  })
  try {
    ear.ready = client.connect()
    await ear.ready
    await ask(client, `LISTEN ${pg.escapeIdentifier(ear.id)}`)
    await hearOneself(client)
    for (const topic of ear.topics) await subscribe(client, topic)
    ear.failures = 0
    await keepTrying(client)
  } catch (error) {
    lose(client, error as Error)
  }
}

function ask(client: pg.Client, statement: string): Promise<unknown> {
  const answer = ear.ready.catch(() => undefined).then(() => client.query(statement))
  ear.ready = answer
  return answer
}

/** LISTEN may run twice for a topic that was added during the connect; the second has no effect. */
async function subscribe(client: pg.Client, topic: Topic): Promise<void> {
  try {
    await ask(client, `LISTEN ${pg.escapeIdentifier(topic.channel)}`)
    if (ear.client !== client || !ear.topics.has(topic) || topic.isUp) return
    topic.isUp = true
    topic.onUp()
  } catch (error) {
    lose(client, error as Error)
  }
}

/** A connection that died without a FIN, and one behind which nothing is delivered, show only in a test. */
async function keepTrying(client: pg.Client): Promise<void> {
  while (ear.client === client) {
    await new Promise<void>((resolve) => setTimeout(resolve, heartbeatMs).unref())
    if (ear.client === client) await hearOneself(client)
  }
}

class DeafError extends Error {}

/** @throws DeafError if a notification to itself does not arrive before its reply, as PostgreSQL sends it. */
async function hearOneself(client: pg.Client): Promise<void> {
  let isHeard = false
  const hear = (message: pg.Notification) => void (isHeard ||= message.channel === ear.id)
  client.on('notification', hear)
  try {
    await ask(client, `NOTIFY ${pg.escapeIdentifier(ear.id)}`)
  } finally {
    client.off('notification', hear)
  }
  if (!isHeard) throw new DeafError('notifications do not arrive: a pooler in transaction mode delivers none')
}

function lose(client: pg.Client, error?: Error): void {
  if (ear.client !== client) return
  delete ear.client
  for (const topic of ear.topics) topic.isUp = false
  void client.end().catch(() => {})
  if (ear.topics.size === 0) return
  log().warn({ err: error }, 'notifications are interrupted')
  const waitMs = error instanceof DeafError ? deafMs : Math.min(backoffMs.most, backoffMs.first * 2 ** ear.failures++)
  ear.retry = setTimeout(() => void connect(), waitMs * (0.5 + Math.random() / 2)).unref()
}

async function disconnect(): Promise<void> {
  clearTimeout(ear.retry)
  ear.retry = undefined
  const { client } = ear
  delete ear.client
  await client?.end().catch(() => {})
}
