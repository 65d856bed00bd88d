import { Html } from '@/lib/html'

export const style = `${Html.baseStyle}
html { scroll-padding-top: 4.5rem }
body { overflow-wrap: break-word }
.top { position: sticky; top: 0; z-index: 1; display: flex; align-items: center; gap: 1rem; height: 3.25rem; padding: 0 1.25rem; background: var(--ground); border-bottom: 1px solid var(--line); font-size: .875rem }
.top > a { color: inherit; text-decoration: none; white-space: nowrap }
.top form { display: flex; gap: .4rem; margin-left: auto; min-width: 0 }
.brand { display: flex; align-items: center; gap: .5rem; font-size: 1rem; font-weight: 600; letter-spacing: -.01em }
.brand .muted { font-weight: 400 }
input { width: 16rem; max-width: 100%; min-width: 0; padding: .35rem .6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .4rem }
button { padding: .35rem .75rem; font: inherit; color: inherit; background: var(--code); border: 1px solid var(--line); border-radius: .4rem; cursor: pointer }
.frame { display: grid; grid-template-columns: minmax(0, 1fr); max-width: 82rem; margin: 0 auto; padding: 0 1.25rem }
main { min-width: 0; padding: 1.5rem 0 5rem }
article { min-width: 0; max-width: 46rem }
article > p, article li { overflow-wrap: anywhere }
article code { overflow-wrap: anywhere }
article :not(pre) > code { padding: .1rem .3rem; background: var(--code); border-radius: .25rem }
article table code { background: none; padding: 0 }
article li + li { margin-top: .35rem }
.lead { margin: 0 0 1.5rem; color: var(--soft); font-size: 1.0625rem }
.anchor { margin-left: .25rem; color: var(--soft); text-decoration: none; font-weight: 400; opacity: 0 }
:hover > .anchor, .anchor:focus-visible { opacity: 1 }
.side { display: none }
.side p, .menu p, .toc p { margin: 1.1rem 0 .25rem; padding: 0 .5rem; color: var(--soft); font-size: .75rem }
.side ul, .menu ul, .toc ul { margin: 0; padding: 0; list-style: none }
.side a, .menu a, .toc a { display: block; padding: .22rem .5rem; color: var(--soft); font-size: .875rem; text-decoration: none; border-radius: .3rem }
.side a:hover, .menu a:hover, .toc a:hover { color: var(--ink) }
.side [aria-current], .menu [aria-current] { color: var(--ink); background: var(--tint); font-weight: 500 }
.menu { margin-top: 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .875rem }
.toc { display: none }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem; margin: 0; padding: 0; list-style: none }
.cards li { position: relative; margin: 0; padding: .8rem .9rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.cards li:hover { border-color: var(--soft) }
.cards a { color: inherit; font-weight: 500; text-decoration: none }
.cards a::after { content: ""; position: absolute; inset: 0 }
.cards p { margin: .2rem 0 0; color: var(--soft); font-size: .875rem; line-height: 1.45 }
.hits { padding: 0; list-style: none }
.hits li { margin: 0; padding: .8rem 0; border-top: 1px solid var(--line) }
.hits p { margin: .2rem 0 0; color: var(--soft); font-size: .875rem }
.prompt { margin-top: 2.5rem; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .875rem }
.all { white-space: pre-wrap; user-select: all }
.next { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 1rem; margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem }
@media (max-width: 40rem) {
  .top { gap: .6rem; padding: 0 .9rem }
  .top button, .brand .muted { display: none }
  .frame { padding: 0 .9rem }
}
@media (min-width: 56rem) {
  .frame { grid-template-columns: 13rem minmax(0, 1fr); gap: 2.5rem }
  .menu { display: none }
  .side { display: block; position: sticky; top: 3.25rem; align-self: start; max-height: calc(100dvh - 3.25rem); overflow-y: auto; padding-bottom: 2rem }
}
@media (min-width: 78rem) {
  main { display: grid; grid-template-columns: minmax(0, 46rem) 13rem; gap: 2.5rem }
  .toc { display: block; position: sticky; top: 3.25rem; align-self: start; max-height: calc(100dvh - 3.25rem); overflow-y: auto }
}
`
