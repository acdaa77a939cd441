/** What the tools make of a graph: plain functions from one graph to the next, so that a lost race can call them again. */
import { z } from 'zod';

export const entitySchema = z.object({
  name: z.string().describe('The name of the entity'),
  entityType: z.string().describe('The type of the entity'),
  observations: z.array(z.string()).describe('An array of observation contents associated with the entity'),
});
export const relationSchema = z.object({
  from: z.string().describe('The name of the entity where the relation starts'),
  to: z.string().describe('The name of the entity where the relation ends'),
  relationType: z.string().describe('The type of the relation'),
});
export const graphSchema = z.object({ entities: z.array(entitySchema), relations: z.array(relationSchema) });

const isSameRelation = (one, other) =>
  one.from === other.from && one.to === other.to && one.relationType === other.relationType;

// Each of these answers the next graph, and what the tool says of it.

export function createEntities(graph, entities) {
  const created = entities.filter(({ name }) => !graph.entities.some((entity) => entity.name === name));
  return { graph: { ...graph, entities: [...graph.entities, ...created] }, result: created };
}

export function createRelations(graph, relations) {
  const created = relations.filter((relation) => !graph.relations.some((known) => isSameRelation(known, relation)));
  return { graph: { ...graph, relations: [...graph.relations, ...created] }, result: created };
}

/** @throws Error for an entity that is not there; nothing is added then */
export function addObservations(graph, additions) {
  const entities = graph.entities.map((entity) => ({ ...entity }));
  const result = additions.map(({ entityName, contents }) => {
    const entity = entities.find(({ name }) => name === entityName);
    if (entity === undefined) throw new Error(`Entity with name ${entityName} not found`);
    const addedObservations = contents.filter((content) => !entity.observations.includes(content));
    entity.observations = [...entity.observations, ...addedObservations];
    return { entityName, addedObservations };
  });
  return { graph: { ...graph, entities }, result };
}

export function deleteEntities(graph, names) {
  const entities = graph.entities.filter(({ name }) => !names.includes(name));
  const relations = graph.relations.filter(({ from, to }) => !names.includes(from) && !names.includes(to));
  return { graph: { entities, relations } };
}

export function deleteObservations(graph, deletions) {
  const entities = graph.entities.map((entity) => ({ ...entity }));
  for (const { entityName, observations } of deletions) {
    const entity = entities.find(({ name }) => name === entityName);
    if (entity !== undefined) entity.observations = entity.observations.filter((one) => !observations.includes(one));
  }
  return { graph: { ...graph, entities } };
}

export function deleteRelations(graph, deleted) {
  const relations = graph.relations.filter((relation) => !deleted.some((one) => isSameRelation(one, relation)));
  return { graph: { ...graph, relations } };
}

/** Entities of which name, type or an observation holds `query` in any letter case, and all relations of theirs. */
export function searchNodes(graph, query) {
  const wanted = query.toLowerCase();
  const isFound = ({ name, entityType, observations }) =>
    [name, entityType, ...observations].some((text) => text.toLowerCase().includes(wanted));
  return withRelations(graph, graph.entities.filter(isFound));
}

/** The entities of these names, and all relations of theirs. */
export function openNodes(graph, names) {
  return withRelations(
    graph,
    graph.entities.filter(({ name }) => names.includes(name)),
  );
}

function withRelations(graph, entities) {
  const names = new Set(entities.map(({ name }) => name));
  return { entities, relations: graph.relations.filter(({ from, to }) => names.has(from) || names.has(to)) };
}
