import { fileURLToPath } from 'node:url';

/** The page as the build leaves it: beside this module's folder, and beside that of the bundle. */
export const PAGE_FOLDER: string = fileURLToPath(new URL('../page/', import.meta.url));
