package dev.sluice.capture.engine;

import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Renames as they stand in the binary log: the engine's events hold one table's each, so a swap of
 * two would not be known for one. Thread-safe.
 */
final class HeardRenames {

  private static final int KEPT = 64;

  private record Heard(TableDdl ddl, String statement) {}

  private final Deque<Heard> heard = new ArrayDeque<>();

  synchronized void add(TableDdl ddl, String statement) {
    if (ddl.renames().size() > 1) {
      heard.addLast(new Heard(ddl, statement));
      if (heard.size() > KEPT) {
        heard.removeFirst();
      }
    }
  }

  /** The statement that this one is a piece of; itself when it is none. */
  synchronized String whole(String statement, String database) {
    TableDdl piece = DdlReader.read(statement, database).orElse(null);
    if (piece == null || piece.renames().isEmpty()) {
      return statement;
    }
    return heard.stream()
        .filter(h -> h.ddl().renames().containsAll(piece.renames()))
        .findFirst()
        .map(Heard::statement)
        .orElse(statement);
  }
}
