package dev.sluice.capture.copy;

import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;

/**
 * A chunk to be read.
 *
 * @param table number of the table in the plan
 * @param chunk number of the chunk in the table's progress
 */
record ChunkTask(int table, int chunk, ChunkProgress progress) {}
