export { withCompleteGraph } from './complete-graph.js';
export { type BrokenLink, type GraphLink, LinkGraph, linkGraphOf } from './link-graph.js';
