package dev.sluice.tests.workload;

import java.util.Map;

/**
 * What a writer has done so far.
 *
 * @param committed acknowledged transactions
 * @param rolledBack on purpose
 * @param failed transactions that the server refused or that lost their connection before the
 *     commit
 * @param unclear commits whose acknowledgement was lost
 * @param rowWrites rows inserted, updated and deleted by acknowledged transactions
 * @param byAction acknowledged transactions by what they did
 */
public record WriterCounts(
    long committed,
    long rolledBack,
    long failed,
    long unclear,
    long rowWrites,
    Map<String, Long> byAction) {

  public WriterCounts {
    byAction = Map.copyOf(byAction);
  }
}
