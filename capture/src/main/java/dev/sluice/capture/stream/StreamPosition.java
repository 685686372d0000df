package dev.sluice.capture.stream;

import dev.sluice.mysql.gtid.GtidSet;
import java.util.HashMap;
import java.util.Map;

/**
 * A place on a transaction boundary: the set that the newest transaction's BEGIN carried, and that
 * transaction. The union is computed only when somebody asks. Immutable.
 *
 * <p>The engine's own offset at END still points before the transaction; this one points after it.
 */
final class StreamPosition {

  /** Key of an engine offset: the executed set. */
  static final String GTIDS = "gtids";

  static final String FILE = "file";
  static final String POS = "pos";

  private final String gtidSetBefore;
  private final String gtid;
  private final String file;
  private final long pos;

  private StreamPosition(String gtidSetBefore, String gtid, String file, long pos) {
    this.gtidSetBefore = gtidSetBefore;
    this.gtid = gtid;
    this.file = file;
    this.pos = pos;
  }

  /** The position behind the transaction that began like this. */
  static StreamPosition after(SourceEvent.Begin begin) {
    return new StreamPosition(begin.gtidSetBefore(), begin.gtid(), begin.file(), begin.pos());
  }

  /** The position behind a statement outside of any transaction. */
  static StreamPosition after(SourceEvent.Ddl ddl) {
    return new StreamPosition(ddl.gtidSetBefore(), ddl.gtid(), ddl.file(), ddl.pos());
  }

  /** Executed set, MySQL's text form. */
  String gtidSet() {
    return GtidSet.parse(gtidSetBefore).add(gtid).toString();
  }

  /** Engine offset from which exactly what follows is delivered. */
  Map<String, String> engineOffset(String gtidSet) {
    Map<String, String> offset = new HashMap<>();
    offset.put(GTIDS, gtidSet);
    offset.put(FILE, file);
    offset.put(POS, Long.toString(pos));
    return offset;
  }
}
