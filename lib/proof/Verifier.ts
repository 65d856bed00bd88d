import * as Bytes from './Bytes'
import * as Export from './Export'
import * as Leaf from './Leaf'
import * as Merkle from './Merkle'
import * as MonthFile from './MonthFile'
import * as Note from './Note'
import { checkReceipt } from './ReceiptCheck'
import { countLeaves, type BadLeaf, type VerdictCheck, type Verdict } from './Verdict'

/**
 * Checks an export or a receipt with only the file: no database, no network. Reads it line by line and keeps no leaf, so that a
 * log of any length fits. Never throws for the content of the file, which it is there to judge.
 */
export type Verifier = {
  /** One line of the file, without its newline. */
  take(line: string): void
  /** No more lines. */
  end(): Verdict
}

export type VerifierOptions = {
  /** The key that must have signed. Without it the key in the file is used, which only shows that the file is consistent. */
  key?: Note.LogKey | undefined
  /** An earlier view of the log: it must be a prefix of this one. */
  since?: EarlierView | undefined
  /** Proves that for a receipt or a filtered export, which do not hold all leaves. */
  consistency?: Export.ConsistencyProof | undefined
}

/** An older (or newer) view of the same log: its checkpoint, and leaf hashes by index where it had leaves. */
export type EarlierView = { note: Note.SignedNote; hashes: ReadonlyMap<string, string> }

type State = {
  kind: Verdict['kind']
  checks: VerdictCheck[]
  firstBad?: BadLeaf
  bad: number
  leaves: number
  note?: Note.SignedNote
  key?: Note.LogKey
  head?: Export.ExportHead
  month?: { head: MonthFile.MonthHead; reader: MonthFile.MonthReader }
  ended: boolean
  /** Whole exports: the tree so far, until a leaf is missing or a checkpoint does not fit. */
  tree: Merkle.MerkleTree
  isBroken: boolean
  /** Size of the last checkpoint that the tree agreed with. */
  agreed: bigint
  /** Some leaf since then is found bad by itself: that explains a root that differs. */
  isExplained: boolean
  marks: number
  since?: EarlierView | undefined
  consistency?: Export.ConsistencyProof | undefined
}

export function create(options: VerifierOptions = {}): Verifier {
  const state: State = {
    kind: 'unknown',
    checks: [],
    bad: 0,
    leaves: 0,
    ended: false,
    tree: Merkle.empty,
    isBroken: false,
    agreed: 0n,
    isExplained: false,
    marks: 0,
    since: options.since,
    consistency: options.consistency,
  }
  // A receipt may be printed over many lines: it is one object, read at the end.
  const loose: string[] = []
  let number = 0
  return {
    take(line) {
      number += 1
      if (line.trim() === '') return
      if (state.month) return state.month.reader.take(line, number)
      if (!state.head && loose.length === 0) {
        const month = MonthFile.MonthHead.safeParse(parse(line))
        if (month.success) return void (state.month = { head: month.data, reader: MonthFile.read(month.data, line) })
        const head = Export.ExportHead.safeParse(parse(line))
        if (head.success) return begin(state, head.data, options)
      }
      if (state.head) takeLine(state, line, number)
      else loose.push(line)
    },
    end() {
      if (state.month) finishMonth(state, state.month, options)
      else if (state.head) finishExport(state)
      else finishReceipt(state, loose.join('\n'), options)
      return verdictOf(state)
    },
  }
}

/** @returns undefined if it is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function begin(state: State, head: Export.ExportHead, options: VerifierOptions): void {
  state.head = head
  state.kind = head.filter ? 'filtered export' : 'whole export'
  state.ended = false
  readCheckpoint(state, head, options)
}

/** The checkpoint and the key that everything else is checked against. */
function readCheckpoint(state: State, named: { checkpoint: string; key: string }, { key }: VerifierOptions): void {
  try {
    const own = Note.parseKey(named.key)
    state.key = key ?? own
    state.note = Note.parse(named.checkpoint)
  } catch (error) {
    note(state, false, `The checkpoint or the key in the file ${(error as Error).message}.`)
    return
  }
  const { origin, size } = state.note.checkpoint
  const signed = Note.isSigned(state.note, state.key)
  const whose = key ? 'the key that was given' : 'the key in the file; pass the published one to be sure of it'
  note(
    state,
    signed,
    `The checkpoint of ${origin} at ${countLeaves(size)} is ${signed ? '' : 'not '}signed by ${whose}.`,
  )
  if (origin !== state.key.name)
    note(state, false, `The checkpoint is of the log ${origin}, the key of ${state.key.name}.`)
  if (state.since && !Note.isSigned(state.since.note, state.key))
    note(state, false, 'What you compare with is not signed by the same key.')
}

function note(state: State, ok: boolean, text: string): void {
  state.checks.push({ ok, text })
}

function takeLine(state: State, line: string, number: number): void {
  const value = parse(line)
  const leaf = Export.ExportLeaf.safeParse(value)
  if (leaf.success) return takeLeaf(state, leaf.data as Export.ExportLeaf)
  const end = Export.ExportEnd.safeParse(value)
  if (end.success) return takeEnd(state, end.data)
  const mark = Export.Mark.safeParse(value)
  if (mark.success && !state.head?.filter) return takeMark(state, mark.data.checkpoint)
  state.isBroken = true
  const named = Export.Place.safeParse(value)
  const why = `line ${number} of the file cannot be read`
  if (!named.success && state.head?.filter) return note(state, false, `Of this filtered export ${why}.`)
  const index = named.success ? named.data.index : state.tree.size.toString()
  spoil(state, { from: index, to: index, why })
}

function takeLeaf(state: State, leaf: Export.ExportLeaf): void {
  state.leaves += 1
  const known = state.since?.hashes.get(leaf.index)
  const differs = known !== undefined && known !== leaf.hash ? 'it is not the leaf that stood there before' : undefined
  const fault = findFault(leaf)
  if (differs || fault) state.isExplained = true
  const unplaced = state.head?.filter ? findUnproven(state, leaf) : findMisplaced(state, leaf)
  const why = fault ?? unplaced ?? differs
  if (why) spoil(state, { from: leaf.index, to: leaf.index, ...(leaf.event && { seq: leaf.event.seq }), why })
}

/** The fault of a single leaf. */
function findFault({ event, hash, disclosed }: Export.ExportLeaf): string | undefined {
  if (!event) return 'its event is gone'
  if (hashOrNothing(event) !== hash) return 'its event is not what was logged'
  const field = disclosed && Leaf.findFalse(event, disclosed)
  return field === undefined ? undefined : `what it discloses as ${field} is not what was logged`
}

function hashOrNothing(document: unknown): string | undefined {
  try {
    return Bytes.toHex(Leaf.hashOf(document))
  } catch {
    return undefined
  }
}

function findUnproven({ note: signed }: State, { index, hash, proof }: Export.ExportLeaf): string | undefined {
  if (!signed) return 'there is no checkpoint to prove it by'
  const path = (proof ?? []).map(Bytes.fromHex)
  const ok = Merkle.verifyInclusion(Bytes.fromHex(hash), BigInt(index), signed.checkpoint, path)
  return ok ? undefined : 'its proof does not lead to the root of the checkpoint'
}

/** A whole export holds 0, 1, 2, …; after a gap no root can be computed any more. */
function findMisplaced(state: State, { index, hash }: Export.ExportLeaf): string | undefined {
  if (state.isBroken) return undefined
  const expected = state.tree.size
  if (BigInt(index) !== expected) {
    state.isBroken = true
    const missing = expected.toString()
    const why = BigInt(index) > expected ? 'it is missing' : `leaf ${index} stands in its place`
    spoil(state, { from: missing, to: missing, why })
    return undefined
  }
  state.tree = Merkle.append(state.tree, Bytes.fromHex(hash))
  const { size } = state.tree
  const [signed, older] = [state.note?.checkpoint, state.since?.note.checkpoint]
  if (older?.size === size) compare(state, older, 'the checkpoint that you compare with')
  if (signed?.size === size) compare(state, signed, 'the checkpoint of this export')
  return undefined
}

/** Compares the tree so far with a signed root. The difference is after the last root that agreed. */
function compare(state: State, signed: Note.Checkpoint, what: string): void {
  if (state.isBroken) return
  if (Bytes.equal(Merkle.rootOf(state.tree), signed.root)) {
    state.agreed = signed.size
    state.isExplained = false
    return
  }
  state.isBroken = true
  if (state.isExplained) return
  const why =
    `the leaves up to ${state.agreed} agree with what was signed, those up to ${signed.size} not: ` +
    `${what} was signed over other leaves`
  spoil(state, { from: state.agreed.toString(), to: (signed.size - 1n).toString(), why })
}

function takeMark(state: State, text: string): void {
  state.marks += 1
  try {
    const mark = Note.parse(text)
    if (!state.key || !Note.isSigned(mark, state.key)) throw new Error('is not signed by the key')
    if (mark.checkpoint.size !== state.tree.size && !state.isBroken) throw new Error('stands in another place')
    compare(state, mark.checkpoint, `the checkpoint at ${mark.checkpoint.size}`)
  } catch (error) {
    note(state, false, `A checkpoint after leaf ${state.tree.size - 1n} ${(error as Error).message}.`)
  }
}

function takeEnd(state: State, { end }: Export.ExportEnd): void {
  if (state.ended) note(state, false, 'The file ends twice.')
  state.ended = true
  if (end.leaves !== state.leaves)
    note(state, false, `The file says ${countLeaves(end.leaves)} and holds ${state.leaves}.`)
  if (end.checkpoint !== state.head?.checkpoint) note(state, false, 'Head and end name different checkpoints.')
  checkAnchors(state, end.anchors)
}

/** Only a node can tell whether an anchor is on chain; this checks that it was signed and does not contradict the log. */
function checkAnchors(state: State, anchors: readonly Export.ExportAnchor[]): void {
  for (const anchor of anchors) {
    const where = anchor.txHash ?? `transaction ${anchor.transactionId}, not included yet`
    try {
      const anchored = Note.parse(anchor.note)
      if (!state.key || !Note.isSigned(anchored, state.key)) throw new Error('is not signed by the key')
      if (anchored.checkpoint.size.toString() !== anchor.size) throw new Error('is of another size')
      const text = `An anchor at ${countLeaves(BigInt(anchor.size))} is signed; compare it with the call data of ${where} on ${anchor.network}.`
      note(state, true, text)
    } catch (error) {
      note(state, false, `The anchor at ${countLeaves(BigInt(anchor.size))} ${(error as Error).message}.`)
    }
  }
}

function finishExport(state: State): void {
  if (!state.ended) note(state, false, 'The file ends before its last line: it was cut off.')
  const signed = state.note?.checkpoint
  const since = state.since?.note.checkpoint
  if (state.head?.filter) {
    note(state, state.bad === 0, `${countLeaves(state.leaves)} with a proof of inclusion each, ${state.bad} bad.`)
    note(state, true, 'A filtered export shows that what is in it was logged, not that nothing was left out.')
    if (state.since) compareProven(state)
    return
  }
  if (!signed) return
  if (state.tree.size < signed.size) shorten(state, signed.size, `${countLeaves(signed.size)} were signed`)
  if (since && since.size > signed.size) shorten(state, since.size, `${countLeaves(since.size)} were signed before`)
  if (state.tree.size > signed.size) {
    const [from, to] = [signed.size.toString(), (state.tree.size - 1n).toString()]
    spoil(state, { from, to, why: 'the checkpoint does not cover it' })
  }
  const whole = state.bad === 0 && !state.isBroken
  note(state, whole, `${countLeaves(state.leaves)} and ${state.marks} checkpoints between them, ${state.bad} bad.`)
  if (since)
    note(state, whole, `What was known before (${countLeaves(since.size)}) is ${whole ? '' : 'not '}its beginning.`)
}

/** Does not say which leaves are missing: the end may be cut off, or one removed and the gap closed. */
function shorten(state: State, size: bigint, why: string): void {
  if (state.isBroken || state.isExplained) return
  const { size: held } = state.tree
  const isKnown = state.since?.hashes.has((held - 1n).toString()) ?? false
  const from = (isKnown ? held : state.agreed).toString()
  spoil(state, { from, to: (size - 1n).toString(), why: `leaves are missing: there are ${held}, and ${why}` })
}

/** Without all leaves only equal sizes can be compared; everything else needs a consistency proof. */
function compareProven(state: State): void {
  const signed = state.note?.checkpoint
  const since = state.since?.note.checkpoint
  if (!signed || !since) return
  const [older, newer] = since.size <= signed.size ? [since, signed] : [signed, since]
  const given = state.consistency
  const fits = given?.from === older.size.toString() && given.to === newer.size.toString()
  const path = fits ? given.proof.map(Bytes.fromHex) : []
  if (Merkle.verifyConsistency(older, newer, path)) {
    note(state, true, `The logs of ${countLeaves(older.size)} and of ${countLeaves(newer.size)} are one.`)
  } else if (older.size === newer.size || fits) {
    note(
      state,
      false,
      `The logs of ${countLeaves(older.size)} and of ${countLeaves(newer.size)} are two: it was forked.`,
    )
  } else {
    const text = 'To compare it with a checkpoint of another size takes a consistency proof, or a whole export'
    note(state, false, `${text}: /api/v1/audit/proof/consistency?from=${older.size}&to=${newer.size}.`)
  }
}

function finishMonth(state: State, { head, reader }: Required<State>['month'], options: VerifierOptions): void {
  state.kind = 'closed month'
  const { last, checks } = reader.end()
  state.checks.push(...checks)
  if (!last) return
  readCheckpoint(state, last, options)
  const leaf = last.event as Export.ExportLeaf
  state.leaves = 1
  const why = findFault(leaf) ?? findUnproven(state, leaf)
  if (why) spoil(state, { from: leaf.index, to: leaf.index, ...(leaf.event && { seq: leaf.event.seq }), why })
  state.checks.push(MonthFile.checkEvent(head, last))
  if (state.since) compareProven(state)
}

function finishReceipt(state: State, text: string, options: VerifierOptions): void {
  const receipt = Export.ExecutionReceipt.safeParse(parse(text))
  if (!receipt.success) {
    note(state, false, 'The file is no audit export, no execution receipt and no closed month.')
    return
  }
  state.kind = 'receipt'
  readCheckpoint(state, receipt.data, options)
  for (const leaf of receipt.data.events as Export.ExportLeaf[]) {
    state.leaves += 1
    const why = findFault(leaf) ?? findUnproven(state, leaf)
    if (why) spoil(state, { from: leaf.index, to: leaf.index, ...(leaf.event && { seq: leaf.event.seq }), why })
  }
  note(state, state.bad === 0, `${state.leaves} events with a proof of inclusion each, ${state.bad} bad.`)
  state.checks.push(...checkReceipt(receipt.data))
  checkAnchors(state, receipt.data.anchors)
  if (state.since) compareProven(state)
}

function spoil(state: State, bad: BadLeaf): void {
  state.bad += 1
  if (!state.firstBad || BigInt(bad.from) < BigInt(state.firstBad.from)) state.firstBad = bad
}

function verdictOf(state: State): Verdict {
  const signed = state.note?.checkpoint
  return {
    ok: state.bad === 0 && state.checks.length > 0 && state.checks.every(({ ok }) => ok),
    kind: state.kind,
    leaves: state.leaves,
    ...(signed && {
      checkpoint: { origin: signed.origin, size: signed.size.toString(), root: Bytes.toHex(signed.root) },
    }),
    ...(state.key && { key: Note.formatKey(state.key) }),
    checks: state.checks,
    ...(state.firstBad && { firstBad: state.firstBad }),
    bad: state.bad,
  }
}
