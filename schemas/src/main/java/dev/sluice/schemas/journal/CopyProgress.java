package dev.sluice.schemas.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * How far the copy has come; carried by COPY cuts, so it can never disagree with the rows sent.
 *
 * @param tables every table of the move
 */
public record CopyProgress(List<TableProgress> tables) {

  public CopyProgress {
    tables = List.copyOf(tables);
  }

  /** True when every row of every table has been sent. */
  @JsonIgnore
  public boolean complete() {
    return tables.stream().allMatch(TableProgress::complete);
  }

  /**
   * Progress of one table.
   *
   * @param planned false until the table has been divided into chunks
   * @param rowsCopied rows sent so far
   * @param rowsEstimated rows expected, from the server's statistics
   * @param chunks disjoint ranges of the key that together hold all rows; the first and last are
   *     open-ended
   */
  public record TableProgress(
      String table,
      boolean planned,
      long rowsCopied,
      long rowsEstimated,
      List<ChunkProgress> chunks) {
    public TableProgress {
      chunks = List.copyOf(chunks);
    }

    @JsonIgnore
    public boolean complete() {
      return planned && chunks.stream().allMatch(ChunkProgress::done);
    }
  }

  /**
   * One range of a table's key, read in key order.
   *
   * @param after the key read last (exclusive lower bound), as SQL literals in key order; null at
   *     the table's start
   * @param upTo inclusive upper bound, as SQL literals in key order; null at the table's end
   * @param done true when all its rows have been sent
   */
  public record ChunkProgress(List<String> after, List<String> upTo, boolean done) {}
}
