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
  Undo2,
  Wallet,
  Waypoints,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import type { SearchHit } from '@/lib/search'
import { documentation, navigation } from './shell/navigation'
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

type Props = { text: string; setText: (text: string) => void; close: () => void }

/** The pages and things that a text finds. `command-menu.tsx` loads this file when it is wanted. */
export function CommandPanel({ text, setText, close }: Props) {
  const [marked, setMarked] = useState('')
  const input = useRef<HTMLInputElement>(null)
  // The dialog has set its focus before this code was loaded.
  useEffect(() => input.current?.focus(), [])
  const { found, state } = useFound(text)
  const router = useRouter()

  function go(href: string) {
    close()
    setText('')
    if (isDocument(href)) window.location.assign(href)
    else router.push(href)
  }

  const wanted = text.trim().toLowerCase()
  const pages = everyPage.filter((page) => page.label.toLowerCase().includes(wanted))
  const hrefs = [...pages, ...found].map((one) => one.href)
  return (
    // This component and the server filter, not cmdk.
    <Command
      label="Find"
      shouldFilter={false}
      loop
      value={hrefs.includes(marked) ? marked : (hrefs[0] ?? '')}
      onValueChange={setMarked}
    >
      <Command.Input
        ref={input}
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
  )
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
