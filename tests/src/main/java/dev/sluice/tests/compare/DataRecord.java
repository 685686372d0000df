package dev.sluice.tests.compare;

/** What an audit looks at in a data record. */
record DataRecord(String op, String gtid, String file, long pos, int row, long seq) {

  /**
   * True when this comes later in the binary log: a changed key gives a delete and a create of one
   * row event.
   */
  boolean after(DataRecord other) {
    int order = file.compareTo(other.file);
    order = order != 0 ? order : Long.compare(pos, other.pos);
    order = order != 0 ? order : Integer.compare(row, other.row);
    boolean later = order > 0 || (order == 0 && other.op.equals("d") && op.equals("c"));
    return later && seq > other.seq;
  }
}
