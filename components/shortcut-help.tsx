'use client'

import { useState, type ReactNode } from 'react'
import { areOn, pagesByKey, switchShortcuts } from './shortcuts'
import { DialogDescription, DialogHeader, DialogTitle } from './ui/dialog'
import { Switch } from './ui/switch'

/** Every key that works outside of text fields, and the switch that turns them off. */
export function ShortcutHelp() {
  const [isOn, setOn] = useState(areOn)
  return (
    <>
      <DialogHeader>
        <DialogTitle>Keyboard</DialogTitle>
        <DialogDescription>Outside of text fields.</DialogDescription>
      </DialogHeader>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        <Row keys={['⌘K']}>Find anything, run an action</Row>
        <Row keys={['/']}>Search on this page, or find anything</Row>
        <Row keys={['j', 'k']}>Next and previous row of a table; Enter opens it</Row>
        <Row keys={['Space']}>Preview a payment in the list</Row>
        <Row keys={['?']}>This help</Row>
        {Object.entries(pagesByKey).map(([key, { label }]) => (
          <Row key={key} keys={['g', key]}>
            {label}
          </Row>
        ))}
      </dl>
      <div className="mt-4 flex items-center justify-between gap-4 border-t pt-3">
        <p id="shortcuts-on">Single keys work (not ⌘K, which always does)</p>
        <Switch
          checked={isOn}
          aria-labelledby="shortcuts-on"
          onCheckedChange={(next) => {
            switchShortcuts(next)
            setOn(next)
          }}
        />
      </div>
    </>
  )
}

function Row({ keys, children }: { keys: readonly string[]; children: ReactNode }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key) => (
          <kbd key={key} className="min-w-5 rounded-sm border bg-muted px-1 text-center font-sans text-xs leading-5">
            {key}
          </kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </>
  )
}
