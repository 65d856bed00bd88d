-- Answers to a dispute are calls too.
ALTER TYPE "attempt_action" ADD VALUE 'evidence';
ALTER TYPE "attempt_action" ADD VALUE 'accept';
