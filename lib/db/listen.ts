import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { env } from '../env'
import { log } from '../log'
import { endWithDb, openSocket } from './client'

const backoffMs = { first: 100, most: 5_000 }
const heartbeatMs = 5_000
const connectTimeoutMs = 5_000
/** Where nothing is delivered, trying again soon is of no use. */
const deafMs = 60_000

export type NotifyListener = {
  /** False while notifications may be missed. */
  isListening(): boolean
  /** Listens no more. May be called twice. */
  close(): Promise<void>
}

type Topic = { channel: string; onNotify: (payload: string) => void; onUp: () => void; isUp: boolean }

type Ear = {
  /** What we ask ourselves on: who does not hear it hears nothing. */
  id: string
  topics: Set<Topic>
  /** The connection, from before it is made until it is lost. */
  client?: pg.Client
  /** Its last statement: one is asked after the other. */
  asked: Promise<unknown>
  failures: number
  retry?: NodeJS.Timeout | undefined
}

// Next bundles its own copy of this module beside the plain listener's: one connection a process all the same.
const shared = globalThis as typeof globalThis & { sluiceEar?: Ear }
const ear: Ear = (shared.sluiceEar ??= {
  id: `ear_${randomUUID()}`,
  topics: new Set(),
  asked: Promise.resolve(),
  failures: 0,
})

/**
 * Listens on a channel, over one connection of this process for all of them, which is made again, with backoff, whenever it is lost.
 * `onNotify` gets each payload. `onUp` is called whenever listening has begun: what was notified before it may have been missed. That
 * notifications arrive is tried every few seconds: a pooler may take LISTEN and deliver nothing. The connection keeps no process alive.
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
    ear.asked = client.connect()
    await ear.asked
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
  const answer = ear.asked.catch(() => undefined).then(() => client.query(statement))
  ear.asked = answer
  return answer
}

/** A topic that was added while the connection was made is listened to twice, which is once. */
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

/** A connection that died without a FIN, and one behind which nothing is delivered, are only noticed by trying. */
async function keepTrying(client: pg.Client): Promise<void> {
  while (ear.client === client) {
    await new Promise<void>((resolve) => setTimeout(resolve, heartbeatMs).unref())
    if (ear.client === client) await hearOneself(client)
  }
}

class DeafError extends Error {}

/** @throws DeafError when a notification to ourselves does not arrive with its answer, as PostgreSQL sends it. */
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
