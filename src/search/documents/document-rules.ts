/** Which files of a project are its documents. All paths and patterns are relative to the root, with `/`. */
export interface DocumentRules {
  /** Real absolute path of the project root, as `resolveRoot` gives it. */
  readonly root: string;
  /** Folders (or single files) that hold the documents; default the root itself. */
  readonly documentsPath?: readonly string[];
  /** False: only files directly in the documents paths. Default true. */
  readonly recursive?: boolean;
  /** Glob patterns of documents; default {@link DEFAULT_INCLUDE}. */
  readonly include?: readonly string[];
  /** Glob patterns of files and folders to leave out, stronger than `include`; default none. */
  readonly exclude?: readonly string[];
  /**
   * Folder of the index, absolute or relative to the root, never searched for documents; default `.snapdex`, also for an
   * index on S3.
   */
  readonly indexPath?: string;
}

/**
 * Markdown everywhere but in hidden folders, plus what repositories keep in `.github`. A hidden file or folder is only
 * looked into where a pattern spells its dot.
 */
export const DEFAULT_INCLUDE: readonly string[] = [
  '**/*.md',
  '**/*.markdown',
  '**/*.mdx',
  '.github/**/*.md',
  '.github/**/*.markdown',
  '.github/**/*.mdx',
];

/** Folder names that are never entered, at any depth. */
export const NEVER_ENTERED: ReadonlySet<string> = new Set(['.git', 'node_modules']);
