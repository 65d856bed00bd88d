'use client'

import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { SelectField, TextAreaField, TextField } from '../form/field'
import { FormContext, useFormScope } from '../form/form-scope'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { useAfterPause } from '../use-after-pause'
import { ArgumentFields } from './argument-fields'
import { emptyArgument, type CallState, type FunctionChoice } from './action-state'

export type ReadAbiAction = (text: string) => Promise<Outcome<readonly FunctionChoice[]>>

type Props = {
  index: number
  call: CallState
  readAbi: ReadAbiAction
  onChange: (call: CallState, field: string) => void
  onRemove: (() => void) | undefined
}

/** One call of an action: contract, function, and where its arguments come from. */
export function CallFields({ index, call, readAbi, onChange, onRemove }: Props) {
  const place = `execution.calls.${index}`
  const [functions, setFunctions] = useState<readonly FunctionChoice[]>([])
  const [fault, setFault] = useState<string>()
  useAfterPause(call.abi.trim() ? call.abi : undefined, readAbi, (outcome) => {
    setFault(outcome.ok ? undefined : outcome.message)
    setFunctions(outcome.ok ? outcome.value : [])
  })
  const picked = functions.find(({ signature }) => signature === call.function) ?? functions[0]
  const scope = useFormScope()
  const errorOf = (field: string) => (field === `${place}.abi` ? fault : undefined) ?? scope.errorOf(field)

  // The only function of the text is picked at once; the arguments stay if they still fit.
  useEffect(() => {
    if (picked && picked.signature !== call.function) onChange(withFunction(call, picked), `${place}.abi`)
  }, [picked, call, onChange, place])

  return (
    <FormContext value={{ ...scope, errorOf }}>
      <fieldset className="flex flex-col gap-4 rounded-md border p-3">
        <legend className="px-1 text-sm font-medium">Call {index + 1}</legend>
        <TextField
          name={`${place}.to`}
          label="Contract"
          kind="code"
          placeholder="0x…"
          value={call.to}
          onChange={(to) => onChange({ ...call, to }, `${place}.to`)}
        />
        <TextAreaField
          name={`${place}.abi`}
          label="ABI, or the function in Solidity"
          hint="For example mint(address to, uint256 amount), or the JSON from a compiler."
          code
          rows={2}
          value={call.abi}
          onChange={(abi) => onChange({ ...call, abi }, `${place}.abi`)}
        />
        {functions.length > 1 && (
          <SelectField
            name={`${place}.function`}
            label="Function"
            value={picked?.signature ?? ''}
            options={functions.map(({ signature }) => ({
              value: signature,
              label: signature.replace('function ', ''),
            }))}
            onChange={(signature) => {
              const next = functions.find((one) => one.signature === signature)
              if (next) onChange(withFunction(call, next), `${place}.abi`)
            }}
          />
        )}
        {picked && <Arguments picked={picked} place={place} call={call} onChange={onChange} />}
        {onRemove && (
          <Button variant="ghost" size="sm" className="self-start" onClick={onRemove}>
            <Trash2 aria-hidden /> Remove this call
          </Button>
        )}
      </fieldset>
    </FormContext>
  )
}

type ArgumentsProps = { picked: FunctionChoice; place: string } & Pick<Props, 'call' | 'onChange'>

function Arguments({ picked, place, call, onChange }: ArgumentsProps) {
  const args = picked.inputs.map((_, at) => call.args[at] ?? emptyArgument)
  return (
    <>
      {picked.inputs.map((input, at) => (
        <ArgumentFields
          key={`${picked.signature}-${at}`}
          name={`${place}.args.${at}`}
          label={input.name || `Argument ${at + 1}`}
          type={input.type}
          argument={args[at] ?? emptyArgument}
          onChange={(argument) =>
            onChange(
              { ...call, args: args.map((one, other) => (other === at ? argument : one)) },
              `${place}.args.${at}`,
            )
          }
        />
      ))}
      {picked.payable && (
        <ArgumentFields
          name={`${place}.value`}
          label="Value"
          type="uint256, wei"
          argument={call.value}
          onChange={(value) => onChange({ ...call, value }, `${place}.value`)}
        />
      )}
    </>
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
