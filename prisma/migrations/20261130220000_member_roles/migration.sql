ALTER TYPE "role" ADD VALUE 'developer' BEFORE 'viewer';
ALTER TYPE "role" ADD VALUE 'finance' BEFORE 'viewer';
