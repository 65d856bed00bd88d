'use client'

import { Command } from 'cmdk'
import {
  Activity,
  ArrowLeftRight,
  BookOpen,
  Boxes,
  Landmark,
  type LucideIcon,
  ScrollText,
  Search,
  Undo2,
  Wallet,
  Waypoints,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'
import type { SearchHit } from '@/lib/search'
import { documentation, navigation } from './shell/navigation'
import { Button } from './ui/button'
import { Dialog, DialogContent, DialogTitle } from './ui/dialog'
import { useFound } from './use-found'

const icons: Record<SearchHit['kind'], LucideIcon> = {
  payment: ArrowLeftRight,
  channel: Waypoints,
  transaction: Activity,
  batch: Landmark,
  refund: Undo2,
  resource: Boxes,
  address: Wallet,
  event: ScrollText,
  doc: BookOpen,
}

const item = 'flex items-center gap-2.5 rounded-md px-2.5 py-2 data-[selected=true]:bg-accent'

const everyPage = [...navigation.flatMap((group) => group.items), documentation]

/** The documentation is no page of this application. */
function isDocument(href: string): boolean {
  return href.startsWith(documentation.href)
}

/** ⌘K: opens a page, or the thing that an id, hash, address, nonce, claim key or word finds. */
export function CommandMenu() {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [marked, setMarked] = useState('')
  const { found, state } = useFound(text)
  const router = useRouter()

  const toggle = useCallback(() => setOpen((before) => !before), [])
  useShortcut(toggle)

  function go(href: string) {
    setOpen(false)
    setText('')
    if (isDocument(href)) window.location.assign(href)
    else router.push(href)
  }

  const wanted = text.trim().toLowerCase()
  const pages = everyPage.filter((page) => page.label.toLowerCase().includes(wanted))
  const hrefs = [...pages, ...found].map((one) => one.href)
  return (
    <>
      <Button
        variant="outline"
        onClick={() => setOpen(true)}
        className="w-full max-w-72 justify-start text-muted-foreground max-sm:w-8 max-sm:justify-center max-sm:px-0"
      >
        <Search aria-hidden />
        <span className="max-sm:sr-only">Find anything</span>
        <kbd className="ml-auto font-sans text-xs max-sm:hidden">⌘K</kbd>
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent closable={false} className="top-[15%] max-w-xl translate-y-0 overflow-hidden p-0">
          <DialogTitle className="sr-only">Find</DialogTitle>
          {/* This component and the server filter, not cmdk. */}
          <Command
            label="Find"
            shouldFilter={false}
            loop
            value={hrefs.includes(marked) ? marked : (hrefs[0] ?? '')}
            onValueChange={setMarked}
          >
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="Page, id, hash, address, nonce, claim key…"
              className="h-11 w-full border-b bg-transparent px-4 outline-none placeholder:text-muted-foreground"
            />
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
              {pages.map((page) => (
                <Command.Item key={page.href} value={page.href} onSelect={() => go(page.href)} className={item}>
                  <page.icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
                  {page.label}
                </Command.Item>
              ))}
              {found.map((one) => (
                <Command.Item key={one.href} value={one.href} onSelect={() => go(one.href)} className={item}>
                  <FoundLine found={one} />
                </Command.Item>
              ))}
            </Command.List>
            <p role="status" className="border-t px-4 py-2 text-xs text-muted-foreground">
              {stateWords(state, pages.length + found.length)}
            </p>
          </Command>
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

function FoundLine({ found }: { found: SearchHit }) {
  const Icon = icons[found.kind]
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <span className="min-w-0 shrink-0 truncate max-sm:shrink">{found.title}</span>
      <span className="min-w-0 truncate text-muted-foreground">{found.detail}</span>
      {found.kind !== 'doc' && (
        <span className="ml-auto shrink-0 font-mono text-xs text-muted-foreground max-sm:hidden">
          {found.id.slice(0, 8)}
        </span>
      )}
    </>
  )
}

function stateWords(state: 'idle' | 'searching' | 'done' | 'failed', count: number): string {
  if (state === 'searching') return 'Searching…'
  if (state === 'failed') return 'The search failed. Keep typing to try again.'
  if (count === 0) return 'Nothing found.'
  return state === 'idle' ? '↑ ↓ to move, Enter to open, Esc to close' : `${count} found`
}
