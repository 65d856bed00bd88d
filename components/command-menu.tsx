'use client'

import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import type { ShopPause } from './command-actions'
import type { ShortcutTargets } from './shortcuts'
import { Button } from './ui/button'
import { Dialog, DialogContent, DialogTitle } from './ui/dialog'

const load = () => import('./command-panel').then(({ CommandPanel }) => ({ default: CommandPanel }))
const Panel = lazy(load)

const loadHelp = () => import('./shortcut-help').then(({ ShortcutHelp }) => ({ default: ShortcutHelp }))
const Help = lazy(loadHelp)

/** ⌘K: opens a page, runs an action, or opens the thing that an id, hash, address, nonce, claim key or word finds. */
export function CommandMenu({ shop }: { shop?: ShopPause }) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [isHelp, setHelp] = useState(false)
  const [text, setText] = useState('')
  const toggle = useCallback(() => setOpen((before) => !before), [])
  const showHelp = useCallback(() => {
    setOpen(false)
    setHelp(true)
  }, [])
  const preload = () => void load()
  useShortcuts({ toggle, openMenu: toggle, showHelp, go: router.push })
  return (
    <>
      <Button
        variant="outline"
        onClick={() => setOpen(true)}
        onPointerEnter={preload}
        onFocus={preload}
        className="w-full max-w-72 justify-start text-muted-foreground max-sm:w-8 max-sm:justify-center max-sm:px-0"
      >
        <Search aria-hidden />
        <span className="max-sm:sr-only">Find anything</span>
        <kbd className="ml-auto font-sans text-xs max-sm:hidden">⌘K</kbd>
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent closable={false} className="top-[15%] max-w-xl translate-y-0 overflow-hidden p-0">
          <DialogTitle className="sr-only">Find</DialogTitle>
          <Suspense>
            <Panel text={text} setText={setText} close={() => setOpen(false)} showHelp={showHelp} shop={shop} />
          </Suspense>
        </DialogContent>
      </Dialog>
      <Dialog open={isHelp} onOpenChange={setHelp} preload={loadHelp}>
        <DialogContent>
          <Suspense>
            <Help />
          </Suspense>
        </DialogContent>
      </Dialog>
    </>
  )
}

/** ⌘K or Ctrl+K everywhere; single keys outside of text fields and dialogs. */
function useShortcuts({ toggle, ...targets }: ShortcutTargets & { toggle: () => void }) {
  const { go, openMenu, showHelp } = targets
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isCommand = event.metaKey || event.ctrlKey
      if (event.key.toLowerCase() === 'k' && isCommand) {
        event.preventDefault()
        return toggle()
      }
      if (isCommand || event.altKey || !/^[a-z/?]$/.test(event.key) || isTyping(event.target)) return
      if (event.key === '/') event.preventDefault()
      void import('./shortcuts').then(({ press }) => press(event.key, event.timeStamp, { go, openMenu, showHelp }))
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [toggle, go, openMenu, showHelp])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable], [role]:is([role=dialog], [role=menu], [role=listbox])',
    ) !== null
  )
}
