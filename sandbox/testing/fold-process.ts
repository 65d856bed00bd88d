import { foldSales } from '@/lib/payments'

// Folds sales once, as a process of its own, to be killed.
await foldSales()
process.exit(0)
