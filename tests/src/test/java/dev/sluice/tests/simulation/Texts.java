package dev.sluice.tests.simulation;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.journal.Cut;
import java.util.Arrays;

/** How a trace writes things. */
final class Texts {

  private Texts() {}

  static String change(int table, Change change) {
    return change.op()
        + " "
        + (table == Tables.ACCOUNT ? "account" : "entry")
        + Arrays.toString(change.key())
        + (change.after() == null ? "" : " " + Arrays.toString(change.after()))
        + " seq "
        + change.seq();
  }

  static String write(RowWrite write) {
    return write.op()
        + " "
        + (write.table() == Tables.ACCOUNT ? "account " : "entry ")
        + Arrays.toString(write.before())
        + " -> "
        + Arrays.toString(write.after());
  }

  static String cut(Cut cut) {
    String gtidSet = cut.gtidSet();
    return cut.kind()
        + " cut "
        + cut.number()
        + " (epoch "
        + cut.captureEpoch()
        + (cut.consistent() ? ", consistent" : "")
        + ") at "
        + gtidSet.substring(gtidSet.indexOf(':') + 1)
        + " "
        + cut.ranges();
  }
}
