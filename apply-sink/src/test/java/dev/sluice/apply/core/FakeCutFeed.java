package dev.sluice.apply.core;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/** Cuts as a test says them; changes of a cut may arrive later than the cut. */
final class FakeCutFeed implements CutFeed {

  private record Waiting(OpenCut cut, List<RowChange> changes) {}

  private final List<Deque<Waiting>> queues = new ArrayList<>();
  private final List<RowChange> changes = new ArrayList<>();
  private final long[] numbers;
  private long seq;
  private Deque<RowChange> open;
  private long missing;

  FakeCutFeed(int streams) {
    for (int i = 0; i < streams; i++) {
      queues.add(new ArrayDeque<>());
    }
    numbers = new long[streams];
  }

  FakeCutFeed change(Op op, long id, long value) {
    changes.add(new RowChange(0, Samples.change(op, id, value, ++seq), 10));
    return this;
  }

  FakeCutFeed cut(int stream, CutKind kind, boolean consistent) {
    long number = ++numbers[stream];
    Cut cut =
        Samples.cut(
            stream == 0 ? "-80" : "80-",
            kind,
            1,
            number,
            number == 1 ? 0 : 1,
            seq,
            consistent,
            List.of());
    return add(stream, cut);
  }

  /** A cut that ends with a VDiff's marker. */
  FakeCutFeed hold(int stream, String token) {
    long number = ++numbers[stream];
    return add(stream, Samples.hold(stream == 0 ? "-80" : "80-", number, seq, token));
  }

  FakeCutFeed add(int stream, Cut cut) {
    List<RowChange> own = List.copyOf(changes);
    changes.clear();
    queues
        .get(stream)
        .add(
            new Waiting(
                new OpenCut(stream, cut, cut.number() * 10, own.size(), own.size() * 10L), own));
    return this;
  }

  /** The next cut's last changes are not there until {@link #arrive}. */
  void withhold(long count) {
    missing = count;
  }

  void arrive() {
    missing = 0;
  }

  @Override
  public OpenCut open(int preferred, IntPredicate closed) {
    for (int i = 0; i < queues.size(); i++) {
      int stream = (preferred + i) % queues.size();
      Waiting next = closed.test(stream) ? null : queues.get(stream).poll();
      if (next != null) {
        open = new ArrayDeque<>(next.changes());
        return next.cut();
      }
    }
    return null;
  }

  @Override
  public RowChange next() {
    return open.size() <= missing ? null : open.poll();
  }

  @Override
  public boolean exhausted() {
    return open.isEmpty();
  }
}
