package dev.sluice.capture.stream;

import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;
import java.util.Map;

/**
 * What becomes of DDL on a moved table.
 *
 * @param statement for the journal; null when the stream stops for good
 * @param shapes tables' shapes after the statement; null when the stream stops
 * @param stop why the stream stands before the statement; null when it passes
 */
public record DdlVerdict(DdlStatement statement, Map<String, String> shapes, SluiceException stop) {

  /** Goes on behind the statement. */
  public static DdlVerdict pass(DdlStatement statement, Map<String, String> shapes) {
    return new DdlVerdict(statement, shapes, null);
  }

  /** Stands before the statement. */
  public static DdlVerdict stop(DdlStatement held, SluiceException error) {
    return new DdlVerdict(held, null, error);
  }
}
