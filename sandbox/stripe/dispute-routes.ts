import { endDispute } from './disputes'
import { invalid, refused } from './errors'
import { emit, previously } from './events'
import { mergeMetadata } from './intents'
import type { Dispute } from './objects'
import { listOf, own } from './wire'
import type { Call, Route, World } from './world'

/** All fields together. */
const evidenceCharactersMax = 150_000

/** What Stripe's test mode decides by, in `uncategorized_text`. */
const decisions: Record<string, string> = {
  winning_evidence: 'dispute.won',
  losing_evidence: 'dispute.lost',
  escalate_inquiry_evidence: 'inquiry.escalates',
}

const disputeOf = (call: Call) => own(call, 'dispute', call.path.id ?? '', 'dispute')

function readEvidence({ params }: Call, known: Dispute['evidence']): Record<string, string | null> | undefined {
  const evidence = params.child('evidence')
  if (!evidence) return undefined
  evidence.ignore('enhanced_evidence', 'appeal')
  const names = evidence.names().filter((name) => Object.hasOwn(known, name) && name !== 'enhanced_evidence')
  return Object.fromEntries(names.map((name) => [name, evidence.unsettable(name) ?? null]))
}

/** Stages evidence, and submits it unless `submit=false`. It can be submitted once. */
function update(call: Call): Dispute {
  const { params, world, account } = call
  const before = disputeOf(call)
  const evidence = readEvidence(call, before.evidence)
  const submit = params.flag('submit')
  const metadata = params.map('metadata')
  params.ignore('intended_submission_method')
  params.done()
  const isSubmitted = submit ?? evidence !== undefined
  if (isSubmitted || evidence) assertAnswerable(before)
  const merged = { ...before.evidence, ...evidence }
  const texts = Object.values(merged).filter((value) => typeof value === 'string')
  if (texts.join('').length > evidenceCharactersMax)
    throw invalid(`The combined character count of all evidence fields is limited to ${evidenceCharactersMax}.`, {
      param: 'evidence',
    })
  const details = before.evidence_details
  const updated = world.store.update('dispute', before.id, {
    evidence: merged,
    evidence_details: {
      ...details,
      has_evidence: texts.length > 0,
      ...(isSubmitted && { submission_count: details.submission_count + 1, submission_method: 'manual' }),
    },
    ...(metadata && { metadata: mergeMetadata(before.metadata, metadata) }),
    ...(isSubmitted && { status: before.status.startsWith('warning_') ? 'warning_under_review' : 'under_review' }),
  })
  if (isSubmitted) decideLater(world, updated)
  emit(world, account, 'charge.dispute.updated', updated, previously(before, 'status', 'evidence_details'))
  return updated
}

function assertAnswerable({ id, status }: Dispute): void {
  if (status === 'under_review' || status === 'warning_under_review')
    throw refused(`Evidence for the dispute ${id} has already been submitted.`, { param: 'evidence' })
  if (!status.endsWith('needs_response'))
    throw refused(`This dispute is already closed; its status is ${status}.`, { code: 'dispute_already_closed' })
}

function decideLater({ clock, settings }: World, { id, evidence }: Dispute): void {
  const task = decisions[String(evidence.uncategorized_text)]
  clock.unschedule('dispute.due', id)
  if (task !== undefined) clock.schedule(task, id, clock.nowMs() + settings.disputeDecisionMs)
}

/** The merchant accepts it. */
function close(call: Call): Dispute {
  call.params.done()
  const dispute = disputeOf(call)
  assertAnswerable(dispute)
  return endDispute(call.world, dispute.id, 'lost')
}

export const disputeRoutes: Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes',
    run(call) {
      const [charge, intent] = [call.params.text('charge'), call.params.text('payment_intent')]
      return listOf(
        call,
        'dispute',
        (dispute) =>
          (charge === undefined || dispute.charge === charge) &&
          (intent === undefined || dispute.payment_intent === intent),
      )
    },
  },
  {
    method: 'GET',
    path: '/v1/disputes/:id',
    run(call) {
      call.params.done()
      return disputeOf(call)
    },
  },
  { method: 'POST', path: '/v1/disputes/:id', run: update },
  { method: 'POST', path: '/v1/disputes/:id/close', run: close },
]
