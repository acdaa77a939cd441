export { type BrokenLink, type GraphLink, LinkGraph } from './link-graph.js';
