package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Where a stream may begin, and what order its rows may have. */
class TransactionReaderTest {

  private static final String A = "11111111-1111-1111-1111-111111111111";
  private static final String B = "22222222-2222-2222-2222-222222222222";
  private static final long FOUR_GIB = 1L << 32;

  private final TransactionReader reader =
      new TransactionReader(new StreamId("w", "uuid-1", Direction.FORWARD, "-", 0), "beat");

  private void begins(String at) {
    reader.beginsBehind(at);
  }

  private void meet(SourceEvent event) {
    reader.checkPlace(event);
    reader.accept(event);
  }

  private static SourceEvent connected(String gtidSet) {
    return new SourceEvent.Connected(gtidSet);
  }

  private static SourceEvent begin(String gtid, String before) {
    return new SourceEvent.Begin(gtid, before, "binlog.000001", 4);
  }

  private static SourceEvent row(long pos, int row) {
    return new SourceEvent.Row(
        0, Op.CREATE, null, new Object[] {1L, 1L}, "binlog.000001", pos, row, 5);
  }

  private static void isBroken(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.STREAM_BROKEN);
              assertThat(e.retryable()).isTrue();
            });
  }

  /** Sets are compared, not texts; tags and several servers are usual behind a failover. */
  @Test
  void aStreamBeginsWhereItWasToldTo() {
    begins(A + ":1-5:sluice:1-2," + B + ":1-3:5");
    meet(connected(B + ":5:1-3," + A + ":1-3:4-5:sluice:1:2"));
    meet(begin(A + ":6", A + ":1-5:sluice:1-2," + B + ":1-3:5"));
    meet(new SourceEvent.End(A + ":6", 1));
    // a row of another server's, on the new primary
    meet(begin(B + ":6", A + ":1-6:sluice:1-2," + B + ":1-3:5"));
    assertThat(reader.inTransaction()).isTrue();
  }

  /** DDL of other schemas, GRANT and the like have a GTID and no BEGIN. */
  @Test
  void whatCameWithoutBeginMayLieBetween() {
    begins(A + ":1-5");
    meet(connected(A + ":1-5"));
    meet(begin(A + ":9", A + ":1-8"));
    assertThat(reader.inTransaction()).isTrue();
  }

  @Test
  void anEngineThatBeginsFurtherOnIsBroken() {
    begins(A + ":1-5");
    isBroken(() -> meet(connected(A + ":1-8")));
  }

  /** The engine adds what the server has purged to its place: that would be skipped. */
  @Test
  void aPurgeBetweenTwoLooksIsBroken() {
    begins(A + ":1-5");
    isBroken(() -> meet(connected(A + ":1-5," + B + ":1-100")));
  }

  @Test
  void anEngineThatDoesNotSayWhereItBeginsIsBroken() {
    begins(A + ":1-5");
    isBroken(() -> meet(begin(A + ":6", A + ":1-5")));
  }

  @Test
  void aConnectionMadeAnewIsBroken() {
    begins(A + ":1-5");
    meet(connected(A + ":1-5"));
    isBroken(() -> meet(connected(A + ":1-5")));
  }

  @Test
  void aTransactionThatTheJournalHoldsIsBroken() {
    begins(A + ":1-5");
    meet(connected(A + ":1-5"));
    isBroken(() -> meet(begin(A + ":5", A + ":1-5")));
  }

  @Test
  void aTransactionFromBeforeThePlaceIsBroken() {
    begins(A + ":1-5");
    meet(connected(A + ":1-5"));
    isBroken(() -> meet(begin(A + ":6", A + ":1-4")));
  }

  private void inTransaction() {
    begins("");
    meet(connected(""));
    meet(begin(A + ":1", ""));
  }

  /** Positions have 32 bits; the event across 4 GiB has the place of the one before it. */
  @Test
  void aTransactionMayBeLongerThanPositionsCanTell() {
    inTransaction();
    meet(row(100, 0));
    meet(row(FOUR_GIB / 3, 0));
    meet(row(2 * FOUR_GIB / 3, 0));
    for (int i = 0; i < 3; i++) {
      meet(row(FOUR_GIB - 200, 0));
      meet(row(FOUR_GIB - 200, 1));
      meet(row(FOUR_GIB - 200, 0));
      meet(row(FOUR_GIB - 200, 1));
      meet(row(50, 0));
      meet(row(50, 1));
      meet(row(FOUR_GIB / 3, 0));
      meet(row(2 * FOUR_GIB / 3, 0));
    }
    isBroken(() -> meet(row(2 * FOUR_GIB / 3 - 1, 0)));
  }

  @Test
  void rowsThatComeTwiceAreBroken() {
    inTransaction();
    meet(row(FOUR_GIB - 200, 0));
    meet(row(FOUR_GIB - 200, 0));
    isBroken(() -> meet(row(FOUR_GIB - 200, 0)));
  }

  @Test
  void rowsOfASmallTransactionThatComeTwiceAreBroken() {
    inTransaction();
    meet(row(100, 0));
    meet(row(200, 0));
    isBroken(() -> meet(row(100, 0)));
  }
}
