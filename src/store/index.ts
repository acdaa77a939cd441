/**
 * Generations of named files that any number of processes share, in a directory or on object storage.
 * @module snapdex
 */
export type { Introduction, RollbackOptions } from './call-arguments.js';
export type { CollectResult } from './collect.js';
export type { CollectionPlan, GenerationSpace } from './collection-plan.js';
export { type ContentDiff, diffContents, diffSnapshots, type NamedContent } from './content-diff.js';
export {
  type DiagnosedInstance,
  type Diagnosis,
  type DiagnosisOptions,
  diagnoseStore,
  type OccupiedSpace,
} from './diagnosis.js';
export type { Draft } from './draft.js';
export { type Environment, processEnvironment } from './environment.js';
export { isStoreError, StoreError, type StoreErrorCode, type StoreErrorDetails } from './errors.js';
export { type ExportOptions, type ExportResult, exportSnapshot } from './export.js';
export type { FileCopying, OpenFile } from './file-system.js';
export { findGeneration, isTime } from './generation-choice.js';
export type { HeadListener } from './head-watch.js';
export type { History, HistoryEntry, TaggedGeneration } from './history.js';
export type { Instance } from './instances.js';
export type { JsonValue } from './json.js';
export type { Keeper, PinHolder } from './keepers.js';
export { type AcquireOptions, FileLock, type FileLockOptions } from './local/file-lock.js';
export { type FileSystemSurvey, surveyFileSystem } from './local/file-system-survey.js';
export { LONGEST_TIMER_MS } from './longest-timer.js';
export type { FileEntry, Hold, Manifest, Writer } from './manifest.js';
export type { RecordKind } from './names.js';
export type { UpdateResult } from './open-store.js';
export {
  type CollectOptions,
  type CoordinationMode,
  type Durability,
  type Retention,
  STORE_OPTION_NAMES,
  type StoreOptions,
} from './options.js';
export type { UpdateFunction } from './plan.js';
export type { Note, Problem } from './problem.js';
export type { ProcessIdentity } from './process-identity.js';
export type { DoneStep, RepairOptions, RepairResult } from './repair.js';
export type { RepairStep } from './repair-plan.js';
export type { Retirement, RetirementReason } from './retention.js';
export { isS3Location, parseS3Location, type S3Location } from './s3/s3-location.js';
export type { Snapshot } from './snapshot.js';
export { SnapshotStore, type StoreDescription } from './snapshot-store.js';
export type { FileLocation, HeldLock, RecordEntry, Storage, StorageTraits, StoreIdentity } from './storage.js';
export { type PlaceOptions, requireStorePlace } from './store-place.js';
export type { Tag } from './tags.js';
export type { PullResult } from './transfer/plan-pull.js';
export type { PullOptions, PullPlanOptions, PullProgress } from './transfer/pull-options.js';
export type { LockState } from './upkeep.js';
export type { VerifyOptions, VerifyResult } from './verify.js';
