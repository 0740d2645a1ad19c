import type { Migration } from '../migrate.ts'

/** What can be found: passages with their stems, what a lane holds in all, how often each stem occurs there, and the vectors. */
export const passages: Migration = {
  name: '0005-passages',
  statements: [
    `create table passages (
      id {id},
      assistant_id {int} not null,
      lane text not null check (lane in ('qa', 'doc')),
      source_id {int} not null,
      position {int} not null,
      title text not null,
      text text not null,
      title_stems text not null,
      text_stems text not null
    ) {strict}`,
    `create index passages_by_source on passages (assistant_id, lane, source_id, position)`,
    `create table passage_lanes (
      assistant_id {int} not null,
      lane text not null,
      passages {int} not null,
      title_words {int} not null,
      text_words {int} not null,
      primary key (assistant_id, lane)
    ) {strict}`,
    `create table passage_stems (
      assistant_id {int} not null,
      stem text not null,
      lane text not null,
      reversed text not null,
      passages {int} not null,
      primary key (assistant_id, stem, lane)
    ) {strict}`,
    `create index passage_stems_by_end on passage_stems (assistant_id, reversed)`,
    `create table vector_sets (id {id}, fingerprint text not null unique, dimensions {int} not null) {strict}`,
    `create table passage_vectors (
      passage_id {int} not null references passages (id) on delete cascade,
      vector_set_id {int} not null references vector_sets (id),
      assistant_id {int} not null,
      vector {blob} not null,
      primary key (passage_id, vector_set_id)
    ) {strict}`,
    `create index passage_vectors_by_set on passage_vectors (vector_set_id, assistant_id)`,
  ],
}
