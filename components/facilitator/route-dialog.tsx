'use client'

import { ArrowDown, ArrowUp, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

export type TargetChoice = { value: string; label: string }

type Props = {
  /** "exact on Base". */
  title: string
  description: string
  targets: readonly string[]
  choices: readonly TargetChoice[]
  save: (targets: readonly string[]) => Promise<Outcome<null>>
}

const local = 'local'

/** Chooses which facilitators settle, in order of preference. This server settles every payment, so it is always the last. */
export function RouteDialog({ title, description, targets, choices, save }: Props) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm" aria-label={`Edit the route of ${title}`}>
          Edit order
        </Button>
      }
      title={`Who settles ${title}?`}
      description={description}
      submitLabel="Save order"
      done="The route is changed."
      send={({ all }) => save(all('target'))}
    >
      <TargetList targets={targets} choices={choices} />
    </FormDialog>
  )
}

/** The form sends the checked targets in the order in which they stand. */
function TargetList({ targets, choices }: Pick<Props, 'targets' | 'choices'>) {
  const [remotes, setRemotes] = useState<readonly string[]>(targets.filter((target) => target !== local))
  const rest = choices.filter(({ value }) => value !== local && !remotes.includes(value))
  const labelOf = (target: string) => choices.find(({ value }) => value === target)?.label ?? target

  function move(index: number, by: -1 | 1) {
    const next = [...remotes]
    next.splice(index + by, 0, ...next.splice(index, 1))
    setRemotes(next)
  }

  return (
    <ol className="flex flex-col gap-1.5">
      {remotes.map((target, index) => (
        <li key={target} className="flex items-center gap-1 rounded-md border px-3 py-1.5">
          <Target
            value={target}
            label={labelOf(target)}
            checked
            onChange={() => setRemotes(remotes.filter((other) => other !== target))}
          />
          <Move icon={ArrowUp} label={`${labelOf(target)} earlier`} off={index === 0} onClick={() => move(index, -1)} />
          <Move
            icon={ArrowDown}
            label={`${labelOf(target)} later`}
            off={index === remotes.length - 1}
            onClick={() => move(index, 1)}
          />
        </li>
      ))}
      {rest.map(({ value, label }) => (
        <li key={value} className="rounded-md border border-dashed px-3 py-2.5 text-muted-foreground">
          <Target value={value} label={label} checked={false} onChange={() => setRemotes([...remotes, value])} />
        </li>
      ))}
      <li className="rounded-md border px-3 py-2.5">
        <Target value={local} label="This server, last" defaultChecked={targets.includes(local)} />
      </li>
    </ol>
  )
}

type TargetProps = { value: string; label: string; checked?: boolean; defaultChecked?: boolean; onChange?: () => void }

function Target({ label, ...box }: TargetProps) {
  return (
    <label className="flex min-w-0 flex-1 items-center gap-2">
      <input type="checkbox" name="target" {...box} className="size-4 accent-brand" />
      <span className="truncate">{label}</span>
    </label>
  )
}

type MoveProps = { icon: LucideIcon; label: string; off: boolean; onClick: () => void }

function Move({ icon: Icon, label, off, onClick }: MoveProps) {
  return (
    <Button variant="ghost" size="icon" disabled={off} aria-label={label} onClick={onClick}>
      <Icon aria-hidden />
    </Button>
  )
}
