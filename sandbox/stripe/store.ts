import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { writeWhole } from '../chain-state'
import type { Kind, Objects } from './kinds'

/** An object with what the server knows about it: whose it is, and its place in the order of creation. */
export type Row<Name extends Kind> = { kind: Name; account: string; seq: number; object: Objects[Name] }
type AnyRow = { [Name in Kind]: Row<Name> }[Kind]

/**
 * Every object of every account, in memory. With a file, each transaction is one line of a journal, written before its
 * reply leaves, so that a killed server has either all of a request or nothing of it.
 */
export class Store {
  readonly #file: string | undefined
  readonly #rows = new Map<Kind, Map<string, AnyRow>>()
  #seq = 0
  /** Rows as they were before the running transaction. */
  #before: Map<string, { kind: Kind; id: string; row: AnyRow | undefined }> | undefined

  constructor(dir?: string) {
    this.#file = dir === undefined ? undefined : path.join(dir, 'stripe.jsonl')
    if (this.#file !== undefined) this.#load(this.#file)
  }

  /**
   * Runs the work and keeps its changes; after an error each row is as it was. The work must not wait. A transaction in a
   * transaction is a part of it.
   */
  transaction<Result>(work: () => Result): Result {
    if (this.#before) return work()
    this.#before = new Map()
    try {
      const result = work()
      this.#commit()
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    } finally {
      this.#before = undefined
    }
  }

  insert<Name extends Kind>(kind: Name, account: string, object: Objects[Name]): Objects[Name] {
    this.#set(kind, object.id, { kind, account, seq: ++this.#seq, object } as AnyRow)
    return object
  }

  /** Replaces fields of an object. @throws Error if there is none with this id. */
  update<Name extends Kind>(kind: Name, id: string, patch: Partial<Objects[Name]>): Objects[Name] {
    const row = this.row(kind, id)
    if (!row) throw new Error(`no ${kind} ${id} to update`)
    const object = { ...row.object, ...patch }
    this.#set(kind, id, { ...row, object } as AnyRow)
    return object
  }

  remove(kind: Kind, id: string): void {
    this.#set(kind, id, undefined)
  }

  row<Name extends Kind>(kind: Name, id: string): Row<Name> | undefined {
    return this.#rows.get(kind)?.get(id) as Row<Name> | undefined
  }

  find<Name extends Kind>(kind: Name, id: string): Objects[Name] | undefined {
    return this.row(kind, id)?.object
  }

  /** The object with this id. @throws Error if there is none: only for ids that the server itself wrote. */
  get<Name extends Kind>(kind: Name, id: string): Objects[Name] {
    const found = this.find(kind, id)
    if (!found) throw new Error(`no ${kind} ${id}`)
    return found
  }

  /** Oldest first. */
  rows<Name extends Kind>(kind: Name): Row<Name>[] {
    return [...(this.#rows.get(kind)?.values() ?? [])] as unknown as Row<Name>[]
  }

  all<Name extends Kind>(kind: Name, account?: string): Objects[Name][] {
    const rows = this.rows(kind)
    return (account === undefined ? rows : rows.filter((row) => row.account === account)).map(({ object }) => object)
  }

  #set(kind: Kind, id: string, row: AnyRow | undefined): void {
    const rows = this.#rows.get(kind) ?? new Map<string, AnyRow>()
    this.#rows.set(kind, rows)
    const key = `${kind} ${id}`
    if (this.#before && !this.#before.has(key)) this.#before.set(key, { kind, id, row: rows.get(id) })
    if (row) rows.set(id, row)
    else rows.delete(id)
    if (!this.#before) throw new Error('a change outside of a transaction')
  }

  #commit(): void {
    if (this.#file === undefined || !this.#before || this.#before.size === 0) return
    const changes = [...this.#before.values()].map(
      ({ kind, id }) => this.#rows.get(kind)?.get(id) ?? { removed: id, kind },
    )
    appendFileSync(this.#file, `${encode(changes)}\n`, { mode: 0o600 })
  }

  #rollBack(): void {
    for (const { kind, id, row } of [...(this.#before?.values() ?? [])].toReversed()) {
      if (row) this.#rows.get(kind)?.set(id, row)
      else this.#rows.get(kind)?.delete(id)
    }
  }

  /** Reads the journal; writes it again where its last line is broken or most of it is history. */
  #load(file: string): void {
    mkdirSync(path.dirname(file), { recursive: true })
    if (!existsSync(file)) return
    const text = readFileSync(file, 'utf8')
    let changes = 0
    let isBroken = text !== '' && !text.endsWith('\n')
    for (const line of text.split('\n')) {
      const decoded = decode(line)
      isBroken ||= decoded === undefined
      for (const change of decoded ?? []) {
        changes += 1
        this.#apply(change)
      }
    }
    const left = [...this.#rows.values()].flatMap((rows) => [...rows.values()])
    if (isBroken || changes > 3 * left.length) writeWhole(file, left.map((row) => `${encode([row])}\n`).join(''), 0o600)
  }

  #apply(change: Change): void {
    const rows = this.#rows.get(change.kind) ?? new Map<string, AnyRow>()
    this.#rows.set(change.kind, rows)
    if ('removed' in change) {
      rows.delete(change.removed)
      return
    }
    rows.set(change.object.id, change)
    this.#seq = Math.max(this.#seq, change.seq)
  }
}

type Change = AnyRow | { removed: string; kind: Kind }

/** Kinds that hold texts of the wire: no bigint is in them, and they are most of the journal. */
const wireKinds: readonly Kind[] = ['delivery', 'due_task', 'event', 'kept_reply']

// Walked by hand: a replacer and a reviver make JSON several times slower.
const encode = (changes: readonly Change[]) =>
  JSON.stringify(changes.map((change) => (wireKinds.includes(change.kind) ? change : pack(change))))

/** The changes of a line; undefined for one that a killed run wrote half of: its request was never answered. */
function decode(line: string): Change[] | undefined {
  if (line === '') return []
  try {
    const changes = JSON.parse(line) as Change[]
    return changes.map((change) => (wireKinds.includes(change.kind) ? change : (unpack(change) as Change)))
  } catch {
    return undefined
  }
}

function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return { $money: value.toString() }
  return mapped(value, pack)
}

function unpack(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && '$money' in value) return BigInt(String(value.$money))
  return mapped(value, unpack)
}

function mapped(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(map)
  const result: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(value)) result[name] = map(field)
  return result
}
