export { findAnything, type SearchHit } from './find-anything'
