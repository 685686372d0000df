package dev.sluice.capture;

import java.util.List;

/** The named places of a capture at which a crash test can hold it; see {@code PausePoints}. */
public final class CapturePausePoints {

  /** Predecessors are shut out, the journal has been read. */
  public static final String FENCED = "CAPTURE_FENCED";

  /** An empty journal; cut 1 has not been sent. */
  public static final String BEFORE_FIRST_CUT = "CAPTURE_BEFORE_FIRST_CUT";

  /** Records of a STREAM cut are acknowledged, the cut is not sent. */
  public static final String BEFORE_CUT_SEND = "CAPTURE_BEFORE_CUT_SEND";

  /** The STREAM cut is sent, its Kafka transaction is open. */
  public static final String BEFORE_COMMIT = "CAPTURE_BEFORE_COMMIT";

  /** The STREAM cut is committed. */
  public static final String AFTER_COMMIT = "CAPTURE_AFTER_COMMIT";

  /** A part of a huge source transaction is committed without a cut. */
  public static final String MID_TRANSACTION_COMMITTED = "CAPTURE_MID_TRANSACTION_COMMITTED";

  /** Rows of a source transaction are sent, its END has not come. */
  public static final String MID_TRANSACTION = "CAPTURE_MID_TRANSACTION";

  /** The snapshots of a slice are open, nothing of it is sent. */
  public static final String SLICE_OPENED = "COPY_SLICE_OPENED";

  /** The COPY cut is sent, its Kafka transaction is open. */
  public static final String COPY_BEFORE_COMMIT = "COPY_BEFORE_COMMIT";

  /** The COPY cut is committed. */
  public static final String COPY_AFTER_COMMIT = "COPY_AFTER_COMMIT";

  /** The snapshots of a slice are closed, the stream has not gone on. */
  public static final String SLICE_CLOSED = "COPY_SLICE_CLOSED";

  /** All rows are sent, the COPIED marker is not written. */
  public static final String BEFORE_MARKER = "COPY_BEFORE_MARKER";

  /** The COPIED marker is written, the stream has not met it. */
  public static final String AFTER_MARKER = "COPY_AFTER_MARKER";

  /** DDL on a moved table is met and judged; the cut that says so is not sent. */
  public static final String BEFORE_DDL_CUT = "CAPTURE_BEFORE_DDL_CUT";

  /** The cut of DDL is committed. */
  public static final String AFTER_DDL_CUT = "CAPTURE_AFTER_DDL_CUT";

  /** Rows of a repair are read, nothing of it is sent. */
  public static final String REPAIR_READ = "REPAIR_READ";

  /** The REPAIR cut is committed, the marker behind it is not written. */
  public static final String REPAIR_AFTER_COMMIT = "REPAIR_AFTER_COMMIT";

  private CapturePausePoints() {}

  /** Every name that a move without DDL and repair comes to. */
  public static List<String> all() {
    return List.of(
        FENCED,
        BEFORE_FIRST_CUT,
        BEFORE_CUT_SEND,
        BEFORE_COMMIT,
        AFTER_COMMIT,
        MID_TRANSACTION_COMMITTED,
        MID_TRANSACTION,
        SLICE_OPENED,
        COPY_BEFORE_COMMIT,
        COPY_AFTER_COMMIT,
        SLICE_CLOSED,
        BEFORE_MARKER,
        AFTER_MARKER);
  }
}
