package dev.sluice.vdiff.job;

import java.util.List;

/**
 * Keys of a table that were left out of its chunks, since they changed while a moment was being
 * opened; record of {@code <workflow>.vdiff.results}. Immutable.
 *
 * @param left every key ever left out: chunks of later moments leave them out, too, so that none is
 *     counted twice
 * @param open those of them that have not been compared yet
 */
public record OpenKeys(
    String uuid, String table, List<List<String>> left, List<List<String>> open) {

  private static final String WORD = "\u0000open";

  public OpenKeys {
    left = List.copyOf(left);
    open = List.copyOf(open);
  }

  static String keyOf(String uuid, String table) {
    return ChunkResult.prefix(uuid) + table + WORD;
  }

  static boolean is(String key) {
    return key.endsWith(WORD);
  }
}
