import {
  Activity,
  ArrowLeftRight,
  Bell,
  BookOpen,
  Boxes,
  Building2,
  FileSpreadsheet,
  FlaskConical,
  Handshake,
  KeyRound,
  KeySquare,
  Landmark,
  LayoutDashboard,
  type LucideIcon,
  Network,
  ScrollText,
  Settings,
  ShieldCheck,
  ShieldQuestion,
  Undo2,
  Users,
  Wallet,
  Waypoints,
  Webhook,
} from 'lucide-react'

export type NavigationItem = {
  href: string
  label: string
  icon: LucideIcon
  /** More words that the command menu finds it by. */
  words?: string
}

/** Beside the pages: documents that are served without this application. */
export const documentation: NavigationItem = {
  href: '/docs',
  label: 'Documentation',
  icon: BookOpen,
  words: 'docs help',
}

/** The pages of the dashboard, grouped by task. */
export const navigation: readonly {
  label: string
  items: readonly NavigationItem[]
  /** Shown to operators only. */
  forOperators?: true
}[] = [
  {
    label: 'Sell',
    items: [
      { href: '/', label: 'Overview', icon: LayoutDashboard },
      { href: '/resources', label: 'Resources', icon: Boxes },
      { href: '/playground', label: 'Playground', icon: FlaskConical },
      { href: '/payers', label: 'Payers', icon: Users },
    ],
  },
  {
    label: 'Money',
    items: [
      { href: '/payments', label: 'Payments', icon: ArrowLeftRight },
      { href: '/channels', label: 'Channels', icon: Waypoints },
      { href: '/balances', label: 'Balances', icon: Wallet },
      { href: '/settlements', label: 'Settlements', icon: Landmark },
      { href: '/refunds', label: 'Refunds', icon: Undo2 },
      { href: '/disputes', label: 'Disputes', icon: ShieldQuestion },
      { href: '/reports', label: 'Reports', icon: FileSpreadsheet },
      { href: '/facilitators', label: 'Facilitators', icon: Handshake },
    ],
  },
  {
    label: 'Execute',
    items: [
      { href: '/transactions', label: 'Transactions', icon: Activity },
      { href: '/signers', label: 'Signers', icon: KeyRound },
      { href: '/networks', label: 'Networks', icon: Network },
      { href: '/policies', label: 'Policies', icon: ShieldCheck },
      { href: '/keys', label: 'API keys', icon: KeySquare },
    ],
  },
  {
    label: 'Watch',
    items: [
      { href: '/webhooks', label: 'Webhooks', icon: Webhook },
      { href: '/alerts', label: 'Alerts', icon: Bell },
    ],
  },
  {
    label: 'Trust',
    items: [
      { href: '/audit', label: 'Audit', icon: ScrollText },
      { href: '/settings', label: 'Settings', icon: Settings },
    ],
  },
  { label: 'Installation', items: [{ href: '/merchants', label: 'Merchants', icon: Building2 }], forOperators: true },
]
