import type { Manifest } from './manifest.js';

/** Manifests that were decoded lately, by checksum; together no larger than a limit, but for the newest of them. */
export class DecodedManifests {
  readonly #limitBytes: number;
  /** Those that were asked for last stand last. */
  readonly #kept = new Map<string, { readonly manifest: Manifest; readonly costBytes: number }>();
  #totalBytes = 0;
  #newest: Manifest | undefined;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The one that was kept or found last. */
  get newest(): Manifest | undefined {
    return this.#newest;
  }

  /** What has the same checksum is the same manifest. */
  find(checksum: string): Manifest | undefined {
    const found = this.#kept.get(checksum);
    if (found === undefined) return undefined;
    this.#kept.delete(checksum);
    this.#kept.set(checksum, found);
    this.#newest = found.manifest;
    return found.manifest;
  }

  /** Keeps a manifest that was not found, and forgets others for it. @param costBytes about what it takes in memory */
  keep(checksum: string, manifest: Manifest, costBytes: number): void {
    this.#kept.set(checksum, { manifest, costBytes });
    this.#newest = manifest;
    this.#totalBytes += costBytes;
    for (const [oldest, { costBytes: freedBytes }] of this.#kept) {
      if (this.#totalBytes <= this.#limitBytes || oldest === checksum) return;
      this.#kept.delete(oldest);
      this.#totalBytes -= freedBytes;
    }
  }
}
