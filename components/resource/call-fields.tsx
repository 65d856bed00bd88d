'use client'

import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { describedBy, Field } from '../ui/field'
import { Input, Textarea } from '../ui/input'
import { Select } from '../ui/select'
import { ArgumentFields } from './argument-fields'
import { emptyArgument, type CallState, type FunctionChoice } from './action-state'

export type ReadAbiAction = (text: string) => Promise<Outcome<readonly FunctionChoice[]>>

type Props = {
  index: number
  call: CallState
  readAbi: ReadAbiAction
  errorOf: (field: string) => string | undefined
  onChange: (call: CallState, field: string) => void
  onRemove: (() => void) | undefined
}

const pauseMs = 350

/** One call of an action: contract, function, and where its arguments come from. */
export function CallFields({ index, call, readAbi, errorOf, onChange, onRemove }: Props) {
  const [functions, setFunctions] = useState<readonly FunctionChoice[]>([])
  const [fault, setFault] = useState<string>()
  const id = `resource-call-${index}`
  const place = `execution.calls.${index}`
  const picked = functions.find(({ signature }) => signature === call.function) ?? functions[0]

  useEffect(() => {
    if (!call.abi.trim()) return
    let isStale = false
    const timer = setTimeout(async () => {
      const outcome = await readAbi(call.abi).catch(() => undefined)
      // A slower answer to an older text must not cover a newer one.
      if (isStale || !outcome) return
      setFault(outcome.ok ? undefined : outcome.message)
      setFunctions(outcome.ok ? outcome.value : [])
    }, pauseMs)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [call.abi, readAbi])

  // The function that the text names is picked by itself; its arguments stay while they still fit.
  useEffect(() => {
    if (picked && picked.signature !== call.function) onChange(withFunction(call, picked), `${place}.abi`)
  }, [picked, call, onChange, place])

  const control = (field: string) => ({
    id: `${id}-${field}`,
    ...describedBy(`${id}-${field}`, { hint: field === 'abi', error: errorOf(`${place}.${field}`) !== undefined }),
  })
  return (
    <fieldset className="flex flex-col gap-4 rounded-md border p-3">
      <legend className="px-1 text-sm font-medium">Call {index + 1}</legend>
      <Field id={`${id}-to`} label="Contract" error={errorOf(`${place}.to`)}>
        <Input
          {...control('to')}
          value={call.to}
          placeholder="0x…"
          onChange={(event) => onChange({ ...call, to: event.target.value }, `${place}.to`)}
          className="font-mono text-xs"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field
        id={`${id}-abi`}
        label="ABI, or the function as Solidity writes it"
        error={fault ?? errorOf(`${place}.abi`)}
        hint="For example mint(address to, uint256 amount), or the JSON that a compiler made."
      >
        <Textarea
          {...control('abi')}
          value={call.abi}
          rows={2}
          onChange={(event) => onChange({ ...call, abi: event.target.value }, `${place}.abi`)}
          className="font-mono text-xs"
          spellCheck={false}
        />
      </Field>
      {functions.length > 1 && (
        <Field id={`${id}-function`} label="Function">
          <Select
            id={`${id}-function`}
            value={picked?.signature ?? ''}
            options={functions.map(({ signature }) => ({
              value: signature,
              label: signature.replace('function ', ''),
            }))}
            onValueChange={(signature) => {
              const next = functions.find((one) => one.signature === signature)
              if (next) onChange(withFunction(call, next), `${place}.abi`)
            }}
          />
        </Field>
      )}
      {picked?.inputs.map((input, at) => (
        <ArgumentFields
          key={`${picked.signature}-${at}`}
          id={`${id}-arg-${at}`}
          label={input.name || `Argument ${at + 1}`}
          type={input.type}
          argument={call.args[at] ?? emptyArgument}
          error={errorOf(`${place}.args.${at}`)}
          onChange={(argument) =>
            onChange(
              {
                ...call,
                args: picked.inputs.map((_, one) => (one === at ? argument : (call.args[one] ?? emptyArgument))),
              },
              `${place}.args.${at}`,
            )
          }
        />
      ))}
      {picked?.payable && (
        <ArgumentFields
          id={`${id}-value`}
          label="Value"
          type="uint256, wei"
          argument={call.value}
          error={errorOf(`${place}.value`)}
          onChange={(value) => onChange({ ...call, value }, `${place}.value`)}
        />
      )}
      {onRemove && (
        <Button type="button" variant="ghost" size="sm" className="self-start" onClick={onRemove}>
          <Trash2 aria-hidden /> Remove this call
        </Button>
      )}
    </fieldset>
  )
}

function withFunction(call: CallState, { signature, inputs, payable }: FunctionChoice): CallState {
  const fits = call.args.length === inputs.length
  const args = fits ? call.args : inputs.map(() => emptyArgument)
  return {
    ...call,
    function: signature,
    args,
    value: payable ? call.value : { ...emptyArgument, literal: '0' },
  }
}
