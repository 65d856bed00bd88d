import pg from 'pg'
import { env } from '../env'
import { log } from '../log'
import { endWithDb, openSocket } from './client'

const backoffMs = { first: 100, most: 5_000 }
const heartbeatMs = 5_000
const connectTimeoutMs = 5_000

export type Listener = {
  /** False while notifications may be missed. */
  isListening(): boolean
  /** Ends the connection for good. May be called twice. */
  close(): Promise<void>
}

/**
 * Listens on one channel with a connection of its own, and connects again, with backoff, whenever it is lost.
 * `onNotify` gets each payload. `onUp` is called whenever listening has begun: what was notified before it may
 * have been missed. The connection keeps no process alive.
 */
export function listen(channel: string, onNotify: (payload: string) => void, onUp: () => void): Listener {
  let client: pg.Client | undefined
  let listening = false
  let closed = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const candidate = new pg.Client({
      connectionString: env.DATABASE_URL,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
      stream: () => openSocket().unref(),
      application_name: `sluice listen ${channel}`,
    })
    client = candidate
    let lost = false
    const lose = (error?: Error) => {
      if (lost) return
      lost = true
      listening = false
      clearInterval(heartbeat)
      void candidate.end().catch(() => {})
      if (closed) return
      log().warn({ err: error, channel }, 'notifications are interrupted')
      const waitMs = Math.min(backoffMs.most, backoffMs.first * 2 ** failures++)
      retry = setTimeout(() => void connect(), waitMs * (0.5 + Math.random() / 2)).unref()
    }
    // A connection that died without a FIN is only noticed by asking.
    const heartbeat = setInterval(() => {
      if (listening) candidate.query('SELECT 1').catch(lose)
    }, heartbeatMs).unref()
    candidate.on('error', lose)
    candidate.on('end', () => lose())
    candidate.on('notification', (message) => onNotify(message.payload ?? ''))
    try {
      await candidate.connect()
      await candidate.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      if (lost || closed) return
      failures = 0
      listening = true
      onUp()
    } catch (error) {
      lose(error as Error)
    }
  }

  const close = async () => {
    closed = true
    listening = false
    clearTimeout(retry)
    await client?.end().catch(() => {})
  }
  endWithDb(close)
  void connect()
  return { isListening: () => listening, close }
}
