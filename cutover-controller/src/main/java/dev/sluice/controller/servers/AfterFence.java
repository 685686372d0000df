package dev.sluice.controller.servers;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.JournalFollower;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hears the cuts of the losing side and remembers what should not be there: rows or DDL behind the
 * cut that holds the fence's change. Thread-safe.
 */
final class AfterFence implements JournalFollower.Listener {

  private static final int MOST = 1_000;

  private final List<List<Cut>> cuts = new ArrayList<>();

  AfterFence(int streams) {
    for (int stream = 0; stream < streams; stream++) {
      cuts.add(new ArrayList<>());
    }
  }

  @Override
  public synchronized void onCut(JournalFollower.Passed passed) {
    Cut cut = passed.cut();
    // only what tells: heartbeats come for as long as somebody follows
    boolean tells = cut.records() > 0 || !cut.ddl().isEmpty() || cut.bypassed();
    if (tells || !cut.markers().isEmpty()) {
      List<Cut> heard = cuts.get(passed.stream());
      heard.add(cut);
      if (heard.size() > MOST) {
        heard.remove(0);
      }
    }
  }

  /**
   * What the losing side has written past its fence, as far as it is known now.
   *
   * @param numbers of the cut that holds the fence's change, by number of the stream
   */
  synchronized Optional<String> written(Map<Integer, Long> numbers) {
    for (int stream = 0; stream < cuts.size(); stream++) {
      long fence = numbers.getOrDefault(stream, Long.MAX_VALUE);
      for (Cut cut : cuts.get(stream)) {
        boolean behind = cut.number() > fence;
        if (behind && cut.records() > 0) {
          return Optional.of(
              cut.records() + " rows in cut " + cut.number() + " of stream " + cut.stream());
        }
        if (behind && (!cut.ddl().isEmpty() || cut.bypassed())) {
          return Optional.of("DDL in cut " + cut.number() + " of stream " + cut.stream());
        }
      }
    }
    return Optional.empty();
  }
}
