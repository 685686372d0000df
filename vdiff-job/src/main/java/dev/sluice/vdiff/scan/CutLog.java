package dev.sluice.vdiff.scan;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.JournalFollower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The cuts that came by since {@link #record} was called. Thread-safe. */
final class CutLog implements JournalFollower.Listener {

  /** Cuts that are kept of a stream; a moment that takes longer is lost. */
  private static final int MOST = 20_000;

  private static final Duration HEARD_LIMIT = Duration.ofSeconds(2);

  private final List<List<Cut>> byStream = new ArrayList<>();
  private boolean recording;
  private List<String> awaited = List.of();
  private long seenNanos;

  CutLog(int streams) {
    for (int stream = 0; stream < streams; stream++) {
      byStream.add(new ArrayList<>());
    }
  }

  /**
   * Begins anew.
   *
   * @param tokens of markers: {@link #seenNanos} tells when the first of them came by
   */
  synchronized void record(List<String> tokens) {
    byStream.forEach(List::clear);
    awaited = tokens;
    seenNanos = 0;
    recording = true;
  }

  @Override
  public synchronized void onCut(JournalFollower.Passed passed) {
    List<Cut> cuts = byStream.get(passed.stream());
    if (seenNanos == 0
        && passed.cut().markers().stream().anyMatch(marker -> awaited.contains(marker.token()))) {
      seenNanos = System.nanoTime();
    }
    if (recording && cuts.size() < MOST) {
      cuts.add(passed.cut());
    }
    notifyAll();
  }

  /** When the first of the awaited markers came by; 0 before. */
  synchronized long seenNanos() {
    return seenNanos;
  }

  /**
   * All cuts behind the first ones, up to and with the last ones.
   *
   * @throws dev.sluice.schemas.error.SluiceException VDIFF_MOMENT_LOST when some are missing
   */
  synchronized List<Cut> between(
      List<JournalFollower.Passed> first, List<JournalFollower.Passed> last)
      throws InterruptedException {
    // whoever awaits a marker is told of its cut a moment before this log is
    long end = System.nanoTime() + HEARD_LIMIT.toNanos();
    while (!heard(last) && System.nanoTime() < end) {
      wait(HEARD_LIMIT.toMillis());
    }
    recording = false;
    List<Cut> between = new ArrayList<>();
    for (int stream = 0; stream < byStream.size(); stream++) {
      long from = first.get(stream).cut().number();
      long to = last.get(stream).cut().number();
      List<Cut> found =
          byStream.get(stream).stream()
              .filter(cut -> cut.number() > from && cut.number() <= to)
              .toList();
      if (found.size() != to - from) {
        throw MomentOpener.lost("the stream of shard number " + stream + " was not heard whole");
      }
      between.addAll(found);
    }
    return between;
  }

  private boolean heard(List<JournalFollower.Passed> last) {
    for (int stream = 0; stream < byStream.size(); stream++) {
      List<Cut> cuts = byStream.get(stream);
      boolean there =
          !cuts.isEmpty() && cuts.get(cuts.size() - 1).number() >= last.get(stream).cut().number();
      if (!there) {
        return false;
      }
    }
    return true;
  }
}
