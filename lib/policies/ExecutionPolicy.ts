import { formatUnits } from 'viem'
import { z } from 'zod'
import { labelNetwork, submissions, urgencies, type Submission, type CallUrgency } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/**
 * The calls that a merchant may execute on chain. Everything that no rule allows is forbidden. Amounts are wei of
 * each network's gas token. Caps count each network separately, because wei of two networks have different values.
 */

/** The finality at which an outcome counts, weakest first. */
export const finalities = ['included', 'safe', 'final'] as const
export type PolicyFinality = (typeof finalities)[number]

/** What happens to the payment for a transaction that provably did not happen. */
export const refunds = ['when-proven', 'never'] as const
export type RefundRule = (typeof refunds)[number]

/** A function by its first four bytes; `0x` is a plain transfer, without call data. */
export type AllowedSelector = {
  selector: `0x${string}`
  /** As the member wrote it, e.g. "transfer(address,uint256)"; empty if only the bytes are known. */
  signature: string
}

export type AllowedContract = {
  network: Caip2
  /** Lower-case. */
  address: `0x${string}`
  /** For people. */
  label: string
  /** `*`: any call data. */
  selectors: '*' | readonly AllowedSelector[]
}

/** Caps for one UTC day on one network. */
export type DayCaps = {
  valueWei: bigint
  feeWei: bigint
  transactions: number
}

export type PolicyRules = {
  contracts: readonly AllowedContract[]
  /** Maximum value of one transaction. */
  maxValueWei: bigint
  /** Maximum fee of one transaction. lib/execution holds a transaction that would cost more. */
  maxFeeWei: bigint
  perDay: {
    /** All callers together. */
    policy: DayCaps
    /** Per API key; null = only the caps of the whole policy. */
    key: DayCaps | null
    /** Per paying agent; null = only the caps of the whole policy. */
    agent: DayCaps | null
  }
  urgencies: readonly CallUrgency[]
  submissions: readonly Submission[]
  /** The weakest finality that a request may choose, and the default. */
  finality: PolicyFinality
  refund: RefundRule
}

export type ExecutionPolicy = {
  id: string
  merchantId: string
  name: string
  /** 1, 2, …; each edit adds one. */
  version: number
  rules: PolicyRules
}

/** The members of a request that a policy decides on. Null: the policy's own value applies. */
export type PolicySubject = {
  network: Caip2
  calls: readonly { to: `0x${string}`; data: `0x${string}`; valueWei: bigint }[]
  urgency: CallUrgency
  submission: Submission | null
  finality: PolicyFinality | null
  maxFeeWei: bigint | null
}

/** The verdict of one rule, for the audit trail and the refused caller. */
export type RuleVerdict = { rule: string; ok: boolean; detail: string }

export type PolicyDecision = { allowed: boolean; rules: readonly RuleVerdict[] }

/** The request's terms, completed by the policy's for those that it leaves open. */
export function complete(
  rules: PolicyRules,
  subject: PolicySubject,
): { submission: Submission; finality: PolicyFinality; maxFeeWei: bigint } {
  return {
    submission: subject.submission ?? rules.submissions[0] ?? 'public',
    finality: subject.finality ?? rules.finality,
    maxFeeWei: subject.maxFeeWei ?? rules.maxFeeWei,
  }
}

/** The verdict of every rule for one transaction. `reserveBudget` enforces the caps of a day. Pure. */
export function decide(rules: PolicyRules, subject: PolicySubject): PolicyDecision {
  const { submission, finality, maxFeeWei } = complete(rules, subject)
  const verdicts = [
    ...subject.calls.flatMap((call, index) => {
      const place = subject.calls.length > 1 ? `Call ${index + 1}: ` : ''
      return [
        judgeContract(rules, subject.network, call, place),
        judgeValue(rules, subject.network, call.valueWei, place),
      ]
    }),
    judge(
      'fee',
      maxFeeWei <= rules.maxFeeWei,
      `At most ${words(maxFeeWei, subject.network)} in fees, the policy allows ${words(rules.maxFeeWei, subject.network)}.`,
    ),
    judge(
      'urgency',
      rules.urgencies.includes(subject.urgency),
      `${subject.urgency}; allowed: ${list(rules.urgencies)}.`,
    ),
    judge('submission', rules.submissions.includes(submission), `${submission}; allowed: ${list(rules.submissions)}.`),
    judge(
      'finality',
      finalities.indexOf(finality) >= finalities.indexOf(rules.finality),
      `${finality}; the policy waits for ${rules.finality} at least.`,
    ),
  ]
  return { allowed: subject.calls.length > 0 && verdicts.every(({ ok }) => ok), rules: verdicts }
}

type Call = PolicySubject['calls'][number]

function judgeContract(rules: PolicyRules, network: Caip2, { to, data }: Call, place: string): RuleVerdict {
  const of = rules.contracts.filter((contract) => contract.network === network)
  if (of.length === 0) return judge('contract', false, `${place}nothing may be called on ${network}.`)
  const contracts = of.filter(({ address }) => address === to.toLowerCase())
  const [contract] = contracts
  if (!contract) return judge('contract', false, `${place}${to} is none of the contracts that may be called.`)
  const name = contract.label || contract.address
  const wanted = selectorOf(data)
  for (const { selectors } of contracts) {
    if (selectors === '*') return judge('contract', true, `${place}anything of ${name} may be called.`)
    const found = selectors.find(({ selector }) => selector === wanted)
    if (found) return judge('contract', true, `${place}${nameOf(found)} of ${name} may be called.`)
  }
  return judge('contract', false, `${place}${wanted ?? 'this call data'} of ${name} may not be called.`)
}

function judgeValue(rules: PolicyRules, network: Caip2, valueWei: bigint, place: string): RuleVerdict {
  const [sent, most] = [words(valueWei, network), words(rules.maxValueWei, network)]
  return judge('value', valueWei <= rules.maxValueWei, `${place}sends ${sent}, the policy allows ${most}.`)
}

function judge(rule: string, ok: boolean, detail: string): RuleVerdict {
  return { rule, ok, detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}` }
}

/** The first four bytes of call data, or `0x` if it is empty; undefined for one to three bytes. */
export function selectorOf(data: `0x${string}`): `0x${string}` | undefined {
  if (data === '0x') return data
  return data.length >= 10 ? (data.slice(0, 10).toLowerCase() as `0x${string}`) : undefined
}

/** A selector in words. */
export function nameOf({ selector, signature }: AllowedSelector): string {
  return signature || (selector === '0x' ? 'plain transfer' : selector)
}

/** Wei in the network's gas token: "0.02 ETH". */
export function words(wei: bigint, network: string): string {
  return `${formatUnits(wei, 18)} ${labelNetwork(network).gasSymbol}`.trim()
}

function list(items: readonly string[]): string {
  return items.join(', ') || 'none'
}

const wei = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,77})$/)
  .transform(BigInt)
const hex = z.string().transform((text) => text as `0x${string}`)
const caps = z.object({ valueWei: wei, feeWei: wei, transactions: z.int() })

const Stored = z.object({
  contracts: z.array(
    z.object({
      network: z.string().transform((text) => text as Caip2),
      address: hex,
      label: z.string(),
      selectors: z.union([z.literal('*'), z.array(z.object({ selector: hex, signature: z.string() }))]),
    }),
  ),
  maxValueWei: wei,
  maxFeeWei: wei,
  perDay: z.object({ policy: caps, key: caps.nullable(), agent: caps.nullable() }),
  urgencies: z.array(z.enum(urgencies)),
  submissions: z.array(z.enum(submissions)),
  finality: z.enum(finalities),
  refund: z.enum(refunds),
})

/** Parses rules from the database, where amounts are decimal strings. @throws ZodError if they are not valid rules. */
export function parseRules(stored: unknown): PolicyRules {
  return Stored.parse(stored)
}
