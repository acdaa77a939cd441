import { z } from 'zod';

export const ROLES = ['writer', 'reader', 'rollback', 'tagger', 'collector'] as const;

export type Role = (typeof ROLES)[number];

export const taskSchema = z.object({
  role: z.enum(ROLES),
  /** Its place in the roster, for life; `process` is that and how often it was started. */
  slot: z.string(),
  process: z.string(),
  directory: z.string(),
  log: z.string(),
  origin: z.tuple([z.number(), z.number()]),
  seed: z.number(),
  durability: z.enum(['durable', 'deferred']),
  coordinationMode: z.enum(['file_lock', 'none']),
  isReadOnly: z.boolean(),
});

/** What a process of the torture is started to do. */
export type Task = z.infer<typeof taskSchema>;
