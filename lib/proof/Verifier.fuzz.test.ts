import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Bytes from './Bytes'
import type * as Export from './Export'
import * as Leaf from './Leaf'
import * as Merkle from './Merkle'
import * as Note from './Note'
import * as Since from './Since'
import type { Verdict } from './Verdict'
import * as Verifier from './Verifier'

/** A small log, its exports made by hand, and everything that may be wrong with such a file. */

function makeKey(name = 'sluice.test/audit') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const bytes = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))
  const key: Note.LogKey = { name, publicKey: bytes }
  const signTree = (tree: Merkle.MerkleTree) => {
    const text = Note.textOf({ origin: name, size: tree.size, root: Merkle.rootOf(tree) })
    return Note.format(text, key, sign(null, Buffer.from(text), privateKey))
  }
  return { key, signTree }
}
const { key, signTree } = makeKey()

const salt = 'ab'.repeat(32)
const documents = Array.from({ length: 21 }, (_, index): Leaf.LeafDocument => ({
  version: 1,
  seq: String(100 + index),
  at: '2026-11-22T12:00:00.000Z',
  type: 'session.created',
  actor: { kind: 'member', id: Leaf.commit(Leaf.actorField, { salt, value: `0x${index}` }), requestId: 'r' },
  data: { index, amountBase: '5', nested: { list: [1, true, null] } },
}))
const hashes = documents.map(Leaf.hashOf)
const growth = hashes.reduce<Merkle.MerkleTree[]>(
  (trees, leaf) => [...trees, Merkle.append(trees.at(-1) ?? Merkle.empty, leaf)],
  [],
)
const treeAt = (size: number) => growth[size - 1]!
const rootOf = ({ start, end }: Merkle.LeafRange) =>
  Merkle.rootOf(
    hashes.slice(Number(start), Number(end)).reduce((tree, leaf) => Merkle.append(tree, leaf), Merkle.empty),
  )

const leafOf = (index: number, proven: boolean): Export.ExportLeaf => ({
  index: String(index),
  hash: Bytes.toHex(hashes[index]!),
  event: documents[index]!,
  disclosed: { [Leaf.actorField]: { salt, value: `0x${index}` } },
  ...(proven && { proof: Merkle.inclusionPath(BigInt(index), BigInt(hashes.length)).map(rootOf).map(Bytes.toHex) }),
})

function exportOf(size = hashes.length, signed = signTree(treeAt(size))): string[] {
  const named = { checkpoint: signed, key: Note.formatKey(key) }
  const lines: unknown[] = [{ sluice: 'audit-export', version: 1, filter: null, ...named }]
  for (let index = 0; index < size; index++) {
    lines.push(leafOf(index, false))
    if (index === 4 || index === 11) lines.push({ checkpoint: signTree(treeAt(index + 1)) })
  }
  lines.push({ end: { leaves: size, anchors: [], ...named } })
  return lines.map((line) => JSON.stringify(line))
}

function filteredOf(indexes: readonly number[]): string[] {
  const named = { checkpoint: signTree(treeAt(hashes.length)), key: Note.formatKey(key) }
  const head = { sluice: 'audit-export', version: 1, filter: { type: 'session' }, ...named }
  const end = { end: { leaves: indexes.length, anchors: [], ...named } }
  return [head, ...indexes.map((index) => leafOf(index, true)), end].map((line) => JSON.stringify(line))
}

function verify(lines: readonly string[], options: Verifier.VerifierOptions = { key }): Verdict {
  const verifier = Verifier.create(options)
  for (const line of lines) verifier.take(line)
  return verifier.end()
}

const whole = exportOf()
const filtered = filteredOf([3, 4, 20])

test('what is whole verifies', () => {
  expect(verify(whole)).toMatchObject({ ok: true, kind: 'whole export', leaves: 21, bad: 0 })
  expect(verify(filtered)).toMatchObject({ ok: true, kind: 'filtered export', leaves: 3, bad: 0 })
  expect(verify(whole, { key, since: Since.read(exportOf(9)) }).ok).toBe(true)
  expect(verify(whole, { key, since: Since.read(signTree(treeAt(9)).split('\n')) }).ok).toBe(true)
})

/** Every place in a JSON value where something stands, as a path. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, item]) => placesOf(item, [...path, name]))
}

function changeAt(value: unknown, [name = '', ...rest]: string[], to: (old: unknown) => unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>
  copy[name] = rest.length > 0 ? changeAt(copy[name], rest, to) : to(copy[name])
  return copy
}

const other = (old: unknown) =>
  typeof old === 'string' ? `${old.slice(0, -1)}${old.endsWith('7') ? '8' : '7'}` : 'changed'
const isLeaf = (line: string) => line.startsWith('{"index"')

test.each([
  ['a whole', whole],
  ['a filtered', filtered],
])('any value of any leaf of %s export that is changed is found, and named', (_, lines) => {
  const leaves = lines.flatMap((line, at) => (isLeaf(line) ? [at] : []))
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (which, where) => {
      const at = leaves[which % leaves.length]!
      const leaf = JSON.parse(lines[at]!) as Export.ExportLeaf
      const places = placesOf(leaf)
      const place = places[where % places.length]!
      const verdict = verify(lines.with(at, JSON.stringify(changeAt(leaf, place, other))))
      expect(verdict.ok).toBe(false)
      // A leaf that claims another place is named by that, or by the place that it left.
      if (place[0] !== 'index') expect(verdict.firstBad?.from).toBe(leaf.index)
    }),
    { numRuns: 100 },
  )
})

test('lines of a whole export that are taken out, doubled or exchanged are found', () => {
  fc.assert(
    fc.property(fc.constantFrom('out', 'twice', 'exchanged'), fc.nat(), fc.nat(), (kind, one, two) => {
      const [a, b] = [one % whole.length, two % whole.length]
      if (kind === 'exchanged' && whole[a] === whole[b]) return
      const changed =
        kind === 'out'
          ? whole.toSpliced(a, 1)
          : kind === 'twice'
            ? whole.toSpliced(a, 0, whole[a]!)
            : whole.with(a, whole[b]!).with(b, whole[a]!)
      // A checkpoint between the leaves may be missing: there are more.
      const isMark = whole[a]!.startsWith('{"checkpoint"') && kind !== 'exchanged'
      expect(verify(changed).ok).toBe(isMark)
    }),
    { numRuns: 100 },
  )
})

test('nothing that stands in a file makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constantFrom(...whole))), (lines) => {
      expect(verify(lines).ok).toBe(false)
    }),
    { numRuns: 100 },
  )
})

describe('a signature', () => {
  test('by another key, or a forged root, does not hold', () => {
    const stranger = makeKey()
    expect(verify(whole, { key: stranger.key }).ok).toBe(false)
    expect(verify(exportOf(21, signTree(treeAt(20)))).ok).toBe(false)
    expect(verify(exportOf(21, stranger.signTree(treeAt(21)))).ok).toBe(false)
  })

  test('of the file’s own key holds, and the verdict says what that is worth', () => {
    const verdict = verify(whole, {})
    expect(verdict.ok).toBe(true)
    expect(verdict.checks[0]?.text).toMatch(/by the key in the file/)
  })
})

describe('compared with what was known before', () => {
  test('a log that is shorter, or forked, does not hold', () => {
    expect(verify(exportOf(9), { key, since: Since.read(whole) })).toMatchObject({
      ok: false,
      firstBad: { from: '9', to: '20' },
    })
    const forked = treeAt(8)
    const fork = signTree(Merkle.append(forked, Merkle.hashLeaf(Uint8Array.of(1))))
    expect(verify(whole, { key, since: Since.read(fork.split('\n')) })).toMatchObject({
      ok: false,
      firstBad: { from: '5', to: '8' },
    })
  })

  test('a filtered export takes a consistency proof', () => {
    const since = Since.read(signTree(treeAt(9)).split('\n'))
    const proof = Merkle.consistencyPath(9n, 21n).map(rootOf).map(Bytes.toHex)
    const consistency = { sluice: 'consistency-proof', version: 1, from: '9', to: '21', proof } as const
    expect(verify(filtered, { key, since, consistency }).ok).toBe(true)
    expect(verify(filtered, { key, since }).ok).toBe(false)
    expect(verify(filtered, { key, since, consistency: { ...consistency, proof: proof.slice(1) } }).ok).toBe(false)
    const fork = signTree(Merkle.append(treeAt(8), Merkle.hashLeaf(Uint8Array.of(1))))
    expect(verify(filtered, { key, since: Since.read(fork.split('\n')), consistency }).ok).toBe(false)
  })

  test('by another key does not count', () => {
    const foreign = makeKey().signTree(treeAt(9))
    expect(verify(whole, { key, since: Since.read(foreign.split('\n')) }).ok).toBe(false)
  })
})
