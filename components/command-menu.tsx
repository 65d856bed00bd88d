'use client'

import { Search } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { Button } from './ui/button'
import { Dialog, DialogContent, DialogTitle } from './ui/dialog'

const load = () => import('./command-panel').then(({ CommandPanel }) => ({ default: CommandPanel }))
const Panel = lazy(load)

/** ⌘K: opens a page, or the thing that an id, hash, address, nonce, claim key or word finds. */
export function CommandMenu() {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const toggle = useCallback(() => setOpen((before) => !before), [])
  const preload = () => void load()
  useShortcut(toggle)
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
            <Panel text={text} setText={setText} close={() => setOpen(false)} />
          </Suspense>
        </DialogContent>
      </Dialog>
    </>
  )
}

/** Calls `onPress` at ⌘K or Ctrl+K. */
function useShortcut(onPress: () => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      onPress()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onPress])
}
