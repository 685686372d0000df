package dev.sluice.apply.core;

import dev.sluice.schemas.journal.Cut;
import java.util.Objects;

/**
 * A cut that is being read.
 *
 * @param stream number of the stream (s of I1)
 * @param journalOffset offset of its journal record
 * @param shardRecords records of it that belong to this shard
 * @param shardBytes serialized size of those records
 */
public record OpenCut(int stream, Cut cut, long journalOffset, long shardRecords, long shardBytes) {
  public OpenCut {
    Objects.requireNonNull(cut, "cut");
  }
}
