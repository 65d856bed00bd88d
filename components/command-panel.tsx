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
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { SearchHit } from '@/lib/search'
import { type CommandAction, type ShopPause, useCommandActions } from './command-actions'
import { documentation, navigation, type NavigationItem } from './shell/navigation'
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

const everyPage: readonly NavigationItem[] = [...navigation.flatMap((group) => group.items), documentation]

/** The documentation is no page of this application. */
function isDocument(href: string): boolean {
  return href.startsWith(documentation.href)
}

type Props = {
  text: string
  setText: (text: string) => void
  close: () => void
  showHelp: () => void
  shop?: ShopPause | undefined
}

/** The pages, actions and things that a text finds. `command-menu.tsx` loads this file when it is wanted. */
export function CommandPanel({ text, setText, close, showHelp, shop }: Props) {
  const [marked, setMarked] = useState('')
  const input = useRef<HTMLInputElement>(null)
  // The dialog has set its focus before this code was loaded.
  useEffect(() => input.current?.focus(), [])
  const { found, state } = useFound(text)
  const { lines, question, forget } = useLines({ text, setText, close, showHelp, shop }, found)
  const values = lines.map(({ value }) => value)
  return (
    // This component and the server filter, not cmdk.
    <Command
      label="Find"
      shouldFilter={false}
      loop
      value={values.includes(marked) ? marked : (values[0] ?? '')}
      onValueChange={setMarked}
    >
      <Command.Input
        ref={input}
        value={text}
        onValueChange={(next) => {
          forget()
          setText(next)
        }}
        placeholder="Page, action, id, hash, address, nonce, claim key…"
        className="h-11 w-full border-b bg-transparent px-4 outline-none placeholder:text-muted-foreground"
      />
      <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
        {lines.map(({ value, content, run }) => (
          <Command.Item key={value} value={value} onSelect={run} className={item}>
            {content}
          </Command.Item>
        ))}
      </Command.List>
      <p role="status" className="border-t px-4 py-2 text-xs text-muted-foreground">
        {question ?? stateWords(state, lines.length)}
      </p>
    </Command>
  )
}

type Line = { value: string; content: ReactNode; run: () => void }

/** The lines of the list; while an action asks, only its answer. */
function useLines({ text, setText, close, showHelp, shop }: Props, found: readonly SearchHit[]) {
  const router = useRouter()
  const [asking, setAsking] = useState<CommandAction>()

  function leave() {
    close()
    setText('')
  }

  function go(href: string) {
    leave()
    if (isDocument(href)) window.location.assign(href)
    else router.push(href)
  }

  function run(action: CommandAction) {
    if (action.question !== undefined && !asking) return setAsking(action)
    leave()
    void action.run()
  }

  const every = useCommandActions({ go, showHelp, shop })
  const ofAction = (action: CommandAction): Line => ({
    value: action.label,
    content: <Labelled icon={action.icon}>{asking ? `Yes: ${action.label.toLowerCase()}` : action.label}</Labelled>,
    run: () => run(action),
  })
  const forget = () => setAsking(undefined)
  if (asking) return { lines: [ofAction(asking)], question: asking.question, forget }
  const wanted = text.trim().toLowerCase()
  const lines: Line[] = [
    ...everyPage
      .filter((page) => isFound(page, wanted))
      .map(({ href, icon, label }) => ({
        value: href,
        content: <Labelled icon={icon}>{label}</Labelled>,
        run: () => go(href),
      })),
    ...(wanted === '' ? [] : every.filter((action) => isFound(action, wanted)).map(ofAction)),
    ...found.map((one) => ({ value: one.href, content: <FoundLine found={one} />, run: () => go(one.href) })),
  ]
  return { lines, question: undefined, forget }
}

function Labelled({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <>
      <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      {children}
    </>
  )
}

function isFound({ label, words = '' }: { label: string; words?: string }, wanted: string): boolean {
  return `${label} ${words}`.toLowerCase().includes(wanted)
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
