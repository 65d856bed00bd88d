import path from 'node:path'
import { ensureBuild } from '../sandbox/build'

// `next build` where something changed since the last one, as the demo does it.
const root = path.join(import.meta.dirname, '..')
await ensureBuild(root, path.join(root, '.data', 'logs', 'build.log'))
