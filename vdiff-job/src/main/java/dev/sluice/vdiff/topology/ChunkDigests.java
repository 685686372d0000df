package dev.sluice.vdiff.topology;

import java.util.List;

/**
 * What one shard says of one chunk; record of {@code <workflow>.vdiff.digests}, key {@code
 * attempt}. Immutable.
 *
 * @param attempt tells apart every time that a chunk is digested: digests of different moments are
 *     never put together
 * @param sources shards of the source that will speak of it
 * @param targets shards of the target that will
 * @param parts the whole chunk as one part, or its buckets; an empty bucket may be left out
 */
public record ChunkDigests(
    String attempt, Side side, String shard, int sources, int targets, List<Part> parts) {

  public ChunkDigests {
    parts = List.copyOf(parts);
  }

  /**
   * Rows of a chunk, or of a bucket of it.
   *
   * @param digest exclusive-or of their digests, hexadecimal
   * @param misplaced how many of them their vindex would not put on this shard
   */
  public record Part(int bucket, long rows, String digest, long misplaced) {}
}
