import { formatUnits, getAddress, parseUnits, toFunctionSelector, toFunctionSignature, parseAbiItem } from 'viem'
import { z } from 'zod'
import { AbiSize, servedEvmNetworks, submissions, urgencies } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { EvmAddress, type Caip2 } from '@/lib/money'
import { finalities, refunds, type DayCaps, type PolicyRules, type AllowedSelector } from './ExecutionPolicy'

/** A policy as a member types it: amounts in units of the gas token ("0.02", "500000 gwei"), one function a line. */
export type ExecutionPolicyInput = z.input<typeof Schema>

type CapsInput = { value: string; fee: string; transactions: string }

const contractsMax = 50
const selectorsMax = 100

const Amount = z.string().transform((text, context) => {
  const match = /^(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,18}))?(?:\s*(gwei|wei))?$/i.exec(text.trim())
  const decimals = { gwei: 9, wei: 0 }[match?.[3]?.toLowerCase() ?? ''] ?? 18
  if (match && (match[2] ?? '').length <= decimals)
    return parseUnits(`${match[1] ?? '0'}${match[2] ? `.${match[2]}` : ''}`, decimals)
  context.addIssue({ code: 'custom', message: 'Write an amount such as 0.02, or 500000 gwei' })
  return z.NEVER
})

const Positive = Amount.refine((wei) => wei > 0n, 'Write more than zero: nothing lands without a fee')

const Count = z.string().transform((text, context) => {
  const count = /^[0-9]{1,7}$/.test(text.trim()) ? Number(text) : 0
  if (count >= 1 && count <= 1_000_000) return count
  context.addIssue({ code: 'custom', message: 'Write a whole number from 1 to 1000000' })
  return z.NEVER
})

const AllCaps = z.object({ value: Amount, fee: Positive, transactions: Count })

/** Null if all fields are empty. */
const SomeCaps = z
  .object({ value: z.string(), fee: z.string(), transactions: z.string() })
  .transform((typed, context): z.output<typeof AllCaps> | null => {
    if (Object.values(typed).every((text) => text.trim() === '')) return null
    const parsed = AllCaps.safeParse(typed)
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues)
      context.addIssue({ code: 'custom', path: [...path], message: `${message}; or leave all three empty` })
    return z.NEVER
  })

const Address = z
  .string()
  .trim()
  .transform((text, context) => {
    if (EvmAddress.isValid(text)) return getAddress(text).toLowerCase() as `0x${string}`
    const typo = EvmAddress.isMistyped(text)
    const message = typo
      ? 'The capitals of this address do not fit: a character is wrong. Copy it again'
      : 'Write the address of the contract, 0x and 40 hex digits'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

const Selectors = z.string().transform((text, context): '*' | AllowedSelector[] => {
  const lines = text
    .split(/\n|;/)
    .map((line) => line.trim())
    .filter(Boolean)
  if (lines.length === 1 && lines[0] === '*') return '*'
  const selectors = lines.map(readSelector)
  const wrong = lines.find((_, index) => selectors[index] === undefined)
  if (lines.length === 0) context.addIssue({ code: 'custom', message: 'Write at least one function, or * for any' })
  else if (lines.length > selectorsMax)
    context.addIssue({ code: 'custom', message: `Write at most ${selectorsMax} functions, or * for any` })
  else if (wrong !== undefined) {
    const message = `"${wrong.slice(0, 60)}" is no function: write transfer(address,uint256), four bytes such as 0xa9059cbb, or 0x for a plain transfer`
    context.addIssue({ code: 'custom', message })
  } else return selectors.filter((selector) => selector !== undefined)
  return z.NEVER
})

const Schema = z
  .object({
    name: z.string().trim().min(1, 'Name the policy, for example "Trading bot"').max(80, 'Use at most 80 characters'),
    contracts: z
      .array(
        z.object({
          network: z.string().refine((network) => servedEvmNetworks().includes(network as Caip2), 'Choose a network'),
          address: Address,
          label: z.string().trim().max(80, 'Use at most 80 characters'),
          selectors: Selectors,
        }),
      )
      .min(1, 'Add at least one contract: a policy without one allows nothing')
      .max(contractsMax, `Use at most ${contractsMax} contracts`),
    maxValue: Amount,
    maxFee: Positive,
    policy: AllCaps,
    key: SomeCaps,
    agent: SomeCaps,
    urgencies: z.array(z.enum(urgencies)).min(1, 'Choose at least one'),
    submissions: z.array(z.enum(submissions)).min(1, 'Choose at least one'),
    finality: z.enum(finalities),
    refund: z.enum(refunds),
  })
  .superRefine(({ contracts, maxFee, policy }, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (policy.fee < maxFee)
      issue(['policy', 'fee'], 'One transaction may cost more than a whole day: raise this, or lower the fee of one')
    contracts.forEach(({ network, address }, index) => {
      const first = contracts.findIndex((other) => other.network === network && other.address === address)
      if (first < index) issue(['contracts', index, 'address'], `This contract is already number ${first + 1}`)
    })
  })

/** @throws AppError bad-input; its fields are paths such as `contracts.0.address`. */
export function parse(input: unknown): { name: string; rules: PolicyRules } {
  const parsed = Schema.safeParse(input)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'form', message }))
    throw new AppError('bad-input', 'The policy is not right yet.', { fields })
  }
  const {
    name,
    contracts,
    maxValue,
    maxFee,
    policy,
    key,
    agent,
    urgencies: soon,
    submissions: ways,
    ...rest
  } = parsed.data
  const caps = ({ value, fee, transactions }: z.output<typeof AllCaps>): DayCaps => ({
    valueWei: value,
    feeWei: fee,
    transactions,
  })
  return {
    name,
    rules: {
      contracts: contracts.map((contract) => ({ ...contract, network: contract.network as Caip2 })),
      maxValueWei: maxValue,
      maxFeeWei: maxFee,
      perDay: { policy: caps(policy), key: key && caps(key), agent: agent && caps(agent) },
      urgencies: urgencies.filter((one) => soon.includes(one)),
      submissions: submissions.filter((one) => ways.includes(one)),
      ...rest,
    },
  }
}

/** The stored rules in the form that a member types. */
export function from(name: string, rules: PolicyRules): ExecutionPolicyInput {
  const amount = (wei: bigint) => formatUnits(wei, 18)
  const caps = (of: DayCaps | null): CapsInput =>
    of
      ? { value: amount(of.valueWei), fee: amount(of.feeWei), transactions: String(of.transactions) }
      : { value: '', fee: '', transactions: '' }
  const { policy, key, agent } = rules.perDay
  return {
    name,
    contracts: rules.contracts.map(({ network, address, label, selectors }) => ({
      network,
      address: getAddress(address),
      label,
      selectors: selectors === '*' ? '*' : selectors.map((one) => one.signature || one.selector).join('\n'),
    })),
    maxValue: amount(rules.maxValueWei),
    maxFee: amount(rules.maxFeeWei),
    policy: caps(policy),
    key: caps(key),
    agent: caps(agent),
    urgencies: [...rules.urgencies],
    submissions: [...rules.submissions],
    finality: rules.finality,
    refund: rules.refund,
  }
}

/** "transfer(address,uint256)", with or without names and `function`, or the bytes themselves. */
function readSelector(text: string): AllowedSelector | undefined {
  if (/^0x([0-9a-f]{8})?$/i.test(text)) return { selector: text.toLowerCase() as `0x${string}`, signature: '' }
  try {
    AbiSize.assertLines([text])
    const item = parseAbiItem(text.startsWith('function ') ? text : `function ${text}`)
    if (item.type !== 'function') return undefined
    const signature = toFunctionSignature(item)
    return { selector: toFunctionSelector(item), signature }
  } catch {
    return undefined
  }
}
