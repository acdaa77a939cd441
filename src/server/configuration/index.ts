export { embeddingOptions } from './embedding-options.js';
export { type FoundRoot, isProjectFolder, isRootNamed, PROJECT_MARKERS } from './find-root.js';
export { type Configuration, type ConfigurationRequest, loadConfiguration } from './load-configuration.js';
export { isLoopback } from './serving-settings.js';
export type { SectionName, Setting } from './setting.js';
export type { ConfigurationFlags } from './setting-sources.js';
export { environmentName, SETTINGS, type SettingName, type SettingValues } from './settings.js';
export { workspaceInEnvironment, workspaceInRoots } from './told-workspace.js';
