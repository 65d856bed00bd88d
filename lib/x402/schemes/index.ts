import type { Scheme } from '../Scheme'
import { exactEip3009 } from './exact-eip3009'
import { exactPermit2 } from './exact-permit2'
import { exactSvm } from './exact-svm'
import { upto } from './upto'

/** In the order of the offers: clients take the first one that they can pay. */
export const schemes: readonly Scheme[] = [exactSvm, exactEip3009, exactPermit2, upto]
