package dev.sluice.vdiff.scan;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.JournalFollower;
import java.util.ArrayList;
import java.util.List;

/** The cuts that came by since {@link #record} was called. Thread-safe. */
final class CutLog implements JournalFollower.Listener {

  /** Cuts that are kept of a stream; a moment that takes longer is lost. */
  private static final int MOST = 20_000;

  private final List<List<Cut>> byStream = new ArrayList<>();
  private boolean recording;

  CutLog(int streams) {
    for (int stream = 0; stream < streams; stream++) {
      byStream.add(new ArrayList<>());
    }
  }

  synchronized void record() {
    byStream.forEach(List::clear);
    recording = true;
  }

  @Override
  public synchronized void onCut(JournalFollower.Passed passed) {
    List<Cut> cuts = byStream.get(passed.stream());
    if (recording && cuts.size() < MOST) {
      cuts.add(passed.cut());
    }
  }

  /**
   * All cuts behind the first ones, up to and with the last ones.
   *
   * @throws dev.sluice.schemas.error.SluiceException VDIFF_MOMENT_LOST when some are missing
   */
  synchronized List<Cut> between(
      List<JournalFollower.Passed> first, List<JournalFollower.Passed> last) {
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
        throw MomentOpener.lost("the stream was taken over meanwhile");
      }
      between.addAll(found);
    }
    return between;
  }
}
