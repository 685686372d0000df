package dev.sluice.vdiff.job;

import java.util.List;

/**
 * Keys of a table that were left out of its chunks, since they changed while a moment was being
 * opened; record of {@code <workflow>.vdiff.results}, one a page. Immutable.
 *
 * @param page which of the table's pages, from 0
 * @param left every key ever left out: chunks of later moments leave them out, too, so that none is
 *     counted twice
 * @param open those of them that have not been compared yet
 */
public record OpenKeys(
    String uuid, String table, int page, List<List<String>> left, List<List<String>> open) {

  /** Keys of a page: what is written when one of them changes. */
  static final int PAGE = 1_000;

  private static final String WORD = "\u0000open\u0000";

  public OpenKeys {
    left = List.copyOf(left);
    open = List.copyOf(open);
  }

  /** The record's key. */
  String key() {
    return ChunkResult.prefix(uuid) + table + WORD + page;
  }

  /** The same keys, all of them to be compared. */
  OpenKeys opened() {
    return new OpenKeys(uuid, table, page, left, left);
  }

  static boolean is(String key) {
    // a table may be called open
    return key.chars().filter(character -> character == 0).count() == 3;
  }
}
