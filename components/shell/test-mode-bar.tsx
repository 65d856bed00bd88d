/** A bar above every page while only test money can move. */
export function TestModeBar() {
  return (
    <aside
      aria-label="Test mode"
      className="flex h-7 items-center justify-center border-b border-warning/20 bg-warning-soft px-4 text-xs font-medium text-warning"
    >
      Local chains: test money
    </aside>
  )
}
