import { beforeAll, describe, expect, test } from 'vitest'
import { createCtx } from '../ctx'
import { db, sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { Bytes, Leaf, Merkle, Note, Since, Verifier, type Verdict } from '@/lib/proof'
import { exportLog } from './export-log'
import { findCheckpoint } from './find-checkpoint'
import { recordEvents } from './record-events'
import { redactEvent } from './redact-event'
import { columns, toDocument, type StoredEvent } from './row'
import { sequenceEvents } from './sequence-events'
import { logKey, signText } from './signing-key'

/** A superuser changes the tables a hundred times at random; the verifier has only the real export. */

const operator = { operator: true, merchantId: '00000000-0000-4000-8000-000000000000' }
const system = createCtx({ kind: 'system', id: 'test' })
const member = createCtx({ kind: 'member', id: '0x00000000000000000000000000000000000000aa' })
const tables = ['audit_event', 'audit_leaf', 'audit_node', 'audit_checkpoint', 'audit_disclosure', 'audit_log'] as const
const batches = 6
const perBatch = 50

/** An export from before the tampering. */
let kept: string[]

/** Without triggers, as a superuser can. */
const asSuperuser = (work: (tx: Tx) => Promise<unknown>) =>
  withTransaction(async (tx) => {
    await tx.execute(sql`SET LOCAL session_replication_role = replica`)
    await work(tx)
  })

async function exported(filter = {}, written: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = []
  for await (const line of exportLog(operator, filter, written)) lines.push(line.trimEnd())
  return lines
}

function verify(lines: readonly string[], since?: readonly string[]): Verdict.Verdict {
  const verifier = Verifier.create({ key: logKey(), since: since && Since.read(since) })
  for (const line of lines) verifier.take(line)
  return verifier.end()
}

beforeAll(async () => {
  for (let batch = 0; batch < batches; batch++) {
    const ctx = batch % 2 === 0 ? system : member
    await withTransaction((tx) =>
      recordEvents(
        tx,
        ctx,
        Array.from({ length: perBatch }, (_, place) => ({
          type: 'session.created' as const,
          data: { batch, place, amountBase: (10n ** 20n + BigInt(place)).toString(), word: 'grüße' },
        })),
      ),
    )
    // As if two seconds had passed.
    await asSuperuser((tx) =>
      tx.execute(sql`UPDATE audit_checkpoint SET created_at = created_at - interval '3 seconds'`),
    )
    const isSigned = async () => {
      await sequenceEvents(10_000)
      return (await findCheckpoint())?.size === BigInt((batch + 1) * perBatch)
    }
    while (!(await isSigned())) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  kept = await exported()
  await asSuperuser(async (tx) => {
    for (const table of tables) await tx.execute(raw(`CREATE TABLE ${table}_kept AS SELECT * FROM ${table}`))
  })
})

const raw = (text: string): Sql => sql(Object.assign([text], { raw: [text] }))

async function restore(): Promise<void> {
  await asSuperuser(async (tx) => {
    for (const table of tables) {
      await tx.execute(raw(`DELETE FROM ${table}`))
      await tx.execute(raw(`INSERT INTO ${table} SELECT * FROM ${table}_kept`))
    }
  })
}

/** Recomputes everything that derives from the events, over `order`: what a careful forger does. */
async function rebuild(tx: Tx, order: readonly bigint[]): Promise<Merkle.MerkleTree> {
  const rows = await tx.query<StoredEvent>(sql`SELECT ${columns} FROM audit_event e`)
  const bySeq = new Map(rows.map((row) => [row.seq, row]))
  const leaves = order.map((seq) => Leaf.hashOf(toDocument(bySeq.get(seq)!)))
  const nodes: { node: Merkle.MerkleNode; hash: string }[] = []
  const tree = leaves.reduce(
    (grown, leaf) =>
      Merkle.append(grown, leaf, (node, hash) => {
        if (node.level % 8 === 0) nodes.push({ node, hash: Bytes.toHex(hash) })
      }),
    Merkle.empty,
  )
  await tx.execute(sql`DELETE FROM audit_leaf`)
  await tx.execute(sql`DELETE FROM audit_node`)
  await tx.execute(sql`
    INSERT INTO audit_leaf (index, seq, hash) SELECT place - 1, seq, decode(hash, 'hex')
    FROM unnest(${order}::bigint[], ${leaves.map(Bytes.toHex)}::text[]) WITH ORDINALITY AS l(seq, hash, place)`)
  for (const { node, hash } of nodes)
    await tx.execute(sql`INSERT INTO audit_node VALUES (${node.level}, ${node.index}, decode(${hash}, 'hex'))`)
  await tx.execute(sql`UPDATE audit_log SET size = ${tree.size}, frontier = ${tree.frontier}::bytea[]`)
  return tree
}

async function readOrder(tx: Tx): Promise<bigint[]> {
  const rows = await tx.query<{ seq: bigint }>(sql`SELECT seq FROM audit_leaf ORDER BY index`)
  return rows.map(({ seq }) => seq)
}

const edits = [
  sql`data = data || '{"amountBase": "1"}'`,
  sql`at = at + interval '1 millisecond'`,
  sql`type = 'session.ended'`,
  sql`actor = actor || '{"requestId": "another"}'`,
  sql`merchant_id = '00000000-0000-4000-8000-000000000001'`,
  sql`data = data - 'word'`,
]

type Random = (below: number) => number
/** `at`: index of the first changed leaf. `alone`: found without an export from before. */
type Tampered = { at: bigint; alone: boolean }
type Tampering = (tx: Tx, order: bigint[], random: Random) => Promise<Tampered>

const edit = (tx: Tx, seq: bigint | undefined, random: Random) =>
  tx.execute(sql`UPDATE audit_event SET ${edits[random(edits.length)]!} WHERE seq = ${seq}`)

const tamperings: Record<string, Tampering> = {
  'edit an event': async (tx, order, random) => {
    const at = random(order.length)
    await edit(tx, order[at], random)
    return { at: BigInt(at), alone: true }
  },
  'edit an event and everything computed from it': async (tx, order, random) => {
    const at = random(order.length)
    await edit(tx, order[at], random)
    await rebuild(tx, order)
    return { at: BigInt(at), alone: true }
  },
  'delete an event': async (tx, order, random) => {
    const at = random(order.length)
    await tx.execute(sql`DELETE FROM audit_event WHERE seq = ${order[at]}`)
    return { at: BigInt(at), alone: true }
  },
  'delete an event and its leaf': async (tx, order, random) => {
    const at = random(order.length)
    await tx.execute(sql`DELETE FROM audit_event WHERE seq = ${order[at]}`)
    await tx.execute(sql`DELETE FROM audit_leaf WHERE seq = ${order[at]}`)
    return { at: BigInt(at), alone: true }
  },
  'delete an event and close the gap': async (tx, order, random) => {
    const at = random(order.length)
    await tx.execute(sql`DELETE FROM audit_event WHERE seq = ${order[at]}`)
    await rebuild(tx, order.toSpliced(at, 1))
    return { at: BigInt(at), alone: true }
  },
  'swap what two events say': async (tx, order, random) => {
    const [one, other] = twoOf(order, random)
    await tx.execute(sql`
      UPDATE audit_event e SET data = o.data FROM audit_event o
      WHERE (e.seq, o.seq) IN ((${order[one]}, ${order[other]}), (${order[other]}, ${order[one]}))`)
    return { at: BigInt(one), alone: true }
  },
  'swap two leaves': async (tx, order, random) => {
    const [one, other] = twoOf(order, random)
    const swapped = order.with(one, order[other]!).with(other, order[one]!)
    await rebuild(tx, swapped)
    return { at: BigInt(one), alone: true }
  },
  'insert an event that never happened': async (tx, order, random) => {
    const at = random(order.length)
    const [forged] = await tx.query<{ seq: bigint }>(sql`
      INSERT INTO audit_event (type, actor, data) SELECT type, actor, data FROM audit_event WHERE seq = ${order[at]} RETURNING seq`)
    await rebuild(tx, order.toSpliced(at, 0, forged!.seq))
    return { at: BigInt(at), alone: true }
  },
  'cut the end off': async (tx, order, random) => {
    const at = random(order.length)
    await tx.execute(sql`DELETE FROM audit_event WHERE seq = ANY(${order.slice(at)}::bigint[])`)
    await rebuild(tx, order.slice(0, at))
    return { at: BigInt(at), alone: true }
  },
  'cut the end off, with the checkpoints over it': async (tx, order, random) => {
    const at = perBatch * (1 + random(batches - 1))
    await tx.execute(sql`DELETE FROM audit_event WHERE seq = ANY(${order.slice(at)}::bigint[])`)
    await rebuild(tx, order.slice(0, at))
    await tx.execute(sql`DELETE FROM audit_checkpoint WHERE size > ${at}`)
    return { at: BigInt(at), alone: false }
  },
  'fork: tell another end, and sign it with the real key': async (tx, order, random) => {
    const at = random(order.length)
    await edit(tx, order[at], () => 0)
    const tree = await rebuild(tx, order)
    const root = Merkle.rootOf(tree)
    const text = Note.textOf({ origin: logKey().name, size: tree.size, root })
    const note = Note.format(text, logKey(), signText(text))
    await tx.execute(sql`DELETE FROM audit_checkpoint WHERE size > ${at}`)
    await tx.execute(
      sql`INSERT INTO audit_checkpoint (size, root, note) VALUES (${tree.size}, decode(${Bytes.toHex(root)}, 'hex'), ${note})`,
    )
    return { at: BigInt(at), alone: false }
  },
  'disclose another actor': async (tx, _, random) => {
    const rows = await tx.query<{ seq: bigint; index: bigint }>(
      sql`SELECT d.seq, l.index FROM audit_disclosure d JOIN audit_leaf l USING (seq) ORDER BY l.index`,
    )
    const { seq, index } = rows[random(rows.length)]!
    await tx.execute(sql`UPDATE audit_disclosure SET value = '"0xbb"' WHERE seq = ${seq}`)
    return { at: index, alone: true }
  },
}

/** Two different positions, from different batches or within one, the lower first. */
function twoOf(order: readonly bigint[], random: Random): [number, number] {
  const one = random(order.length - 1)
  return [one, one + 1 + random(order.length - one - 1)]
}

test('what was exported verifies, whole and filtered', async () => {
  expect(verify(kept)).toMatchObject({ ok: true, kind: 'whole export', leaves: batches * perBatch, bad: 0 })
  expect(kept.filter((line) => line.startsWith('{"checkpoint"'))).toHaveLength(batches - 1)
  const filtered = await exported({ by: member.actor.id }, { by: member.actor.id })
  const half = (batches / 2) * perBatch
  expect(verify(filtered)).toMatchObject({ ok: true, kind: 'filtered export', leaves: half, bad: 0 })
})

describe('a hundred tamperings', () => {
  const names = Object.keys(tamperings)
  let seed = 20_261_122
  const random: Random = (below) => (seed = (seed * 48_271) % 2_147_483_647) % below

  test.each(Array.from({ length: 100 }, (_, number) => [number, names[number % names.length]!]))(
    '%d: %s',
    async (_, name) => {
      let tampered: Tampered = { at: -1n, alone: false }
      try {
        await asSuperuser(async (tx) => {
          tampered = await tamperings[name]!(tx, await readOrder(tx), random)
        })
        const lines = await exported()
        const compared = verify(lines, kept)
        expect(compared.ok).toBe(false)
        // Compared with leaf hashes from before, the first bad leaf is named, however careful the forger was.
        expect(compared.firstBad?.from).toBe(tampered.at.toString())
        const alone = verify(lines)
        expect(alone.ok).toBe(!tampered.alone)
        if (!tampered.alone) return
        // Alone: the leaf, or the range between two checkpoints if even the leaf hashes were rewritten.
        const { from, to } = alone.firstBad!
        expect(BigInt(from)).toBeLessThanOrEqual(tampered.at)
        expect(BigInt(to)).toBeGreaterThanOrEqual(tampered.at)
        expect(BigInt(to) - BigInt(from)).toBeLessThan(BigInt(perBatch) * 6n)
      } finally {
        await restore()
      }
    },
  )
})

test('a checkpoint that was published finds a cut-off or forked log', async () => {
  const published = (await findCheckpoint())!.note.trimEnd().split('\n')
  const random: Random = (below) => 7 % below
  for (const name of [
    'cut the end off, with the checkpoints over it',
    'fork: tell another end, and sign it with the real key',
  ]) {
    await asSuperuser(async (tx) => tamperings[name]!(tx, await readOrder(tx), random))
    expect(verify(await exported(), published)).toMatchObject({ ok: false, bad: 1 })
    await restore()
  }
  expect(verify(await exported(), published).ok).toBe(true)
})

test('redaction deletes who it was, and every proof holds', async () => {
  const [leaf] = kept.flatMap((line) => {
    const value = JSON.parse(line) as { index?: string; event?: Leaf.LeafDocument; disclosed?: object }
    return value.disclosed ? [value] : []
  })
  const seq = leaf!.event!.seq
  await expect(redactEvent(member, { ...operator, operator: false }, BigInt(seq))).rejects.toThrow(/Only an operator/)
  expect(await redactEvent(member, operator, BigInt(seq))).toEqual(['actor.id'])
  await expect(redactEvent(member, operator, BigInt(seq))).rejects.toThrow(/nothing that could be deleted/)
  const lines = await exported()
  expect(verify(lines, kept).ok).toBe(true)
  expect(lines.find((line) => line.includes(`"index":"${leaf!.index}"`))).not.toContain(member.actor.id)
  const told = await db.query(sql`SELECT 1 FROM audit_event WHERE type = 'audit.redacted' AND data ->> 'seq' = ${seq}`)
  expect(told).toHaveLength(1)
})
