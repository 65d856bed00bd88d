import type { Argument, ResourceDraft, Execution } from '@/lib/merchants'

/** The text of the fields of an on-chain action, as typed. */
export type ActionState = {
  /** "api" or "action". */
  sells: string
  policyId: string
  actionNetwork: string
  calls: readonly CallState[]
  urgency: string
  deadlineSeconds: string
  /** A level, or "policy". */
  finality: string
}

export type CallState = {
  to: string
  /** An ABI or signatures, as pasted. */
  abi: string
  /** The function that was picked, as its signature. */
  function: string
  args: readonly ArgumentState[]
  value: ArgumentState
}

export type ArgumentState = {
  /** literal, or the part of the request that carries it. */
  from: string
  literal: string
  name: string
  min: string
  max: string
  /** Addresses, separated by spaces or commas. */
  allowed: string
  maxBytes: string
}

/** A function that was found in a pasted ABI. */
export type FunctionChoice = {
  signature: string
  name: string
  payable: boolean
  inputs: readonly { name: string; type: string }[]
}

export const emptyArgument: ArgumentState = {
  from: 'literal',
  literal: '',
  name: '',
  min: '',
  max: '',
  allowed: '',
  maxBytes: '',
}

export const emptyCall: CallState = {
  to: '',
  abi: '',
  function: '',
  args: [],
  value: { ...emptyArgument, literal: '0' },
}

export function emptyAction(network: string, policyId: string): ActionState {
  return {
    sells: 'api',
    policyId,
    actionNetwork: network,
    calls: [emptyCall],
    urgency: 'standard',
    deadlineSeconds: '300',
    finality: 'policy',
  }
}

export function actionOf(
  execution: Execution.Execution | null,
  policyId: string | null,
  empty: ActionState,
): ActionState {
  if (!execution) return empty
  return {
    sells: 'action',
    policyId: policyId ?? '',
    actionNetwork: execution.network,
    calls: execution.calls.map(({ to, abi, args, value }) => ({
      to,
      abi,
      function: abi,
      args: args.map(toArgumentState),
      value: toArgumentState(value),
    })),
    urgency: execution.urgency,
    deadlineSeconds: String(execution.deadlineSeconds),
    finality: execution.finality ?? 'policy',
  }
}

function toArgumentState(argument: Argument.Argument): ArgumentState {
  if ('literal' in argument) {
    const { literal } = argument
    return { ...emptyArgument, literal: typeof literal === 'string' ? literal : JSON.stringify(literal) }
  }
  const { from, name, min = '', max = '', allowed = [], maxBytes = '' } = argument
  return { ...emptyArgument, from, name, min, max, allowed: allowed.join(' '), maxBytes: String(maxBytes) }
}

type ActionInput = Extract<ResourceDraft.ResourceInput, { execution: { network: string } }>['execution']

/** The action's part of the input of `ResourceDraft.parse`. */
export function toAction(state: ActionState): ActionInput {
  const { actionNetwork, calls, urgency, deadlineSeconds, finality } = state
  return {
    network: actionNetwork,
    calls: calls.map(({ to, abi, function: picked, args, value }) => ({
      to,
      abi: picked || abi,
      args: args.map(toArgument) as ActionInput['calls'][number]['args'],
      value: toArgument(value) as NonNullable<ActionInput['calls'][number]['value']>,
    })),
    urgency: urgency as NonNullable<ActionInput['urgency']>,
    deadlineSeconds,
    ...(finality !== 'policy' && { finality: finality as NonNullable<ActionInput['finality']> }),
  }
}

function toArgument(state: ArgumentState): Argument.Argument {
  const { from, literal, name, min, max, allowed, maxBytes } = state
  if (from === 'literal') return { literal: readLiteral(literal) }
  const addresses = allowed.split(/[\s,]+/).filter(Boolean)
  return {
    from: from as Argument.ArgumentSource,
    name,
    ...(min.trim() && { min: min.trim() }),
    ...(max.trim() && { max: max.trim() }),
    ...(addresses.length > 0 && { allowed: addresses }),
    ...(maxBytes.trim() && { maxBytes: Number(maxBytes) }),
  }
}

/** Lists, structs and booleans are JSON. Everything else is text, so that no digit of a number is lost. */
function readLiteral(text: string): Argument.ArgumentJson {
  if (!/^\s*(\[|\{|true\s*$|false\s*$)/.test(text)) return text
  try {
    return JSON.parse(text) as Argument.ArgumentJson
  } catch {
    return text
  }
}
