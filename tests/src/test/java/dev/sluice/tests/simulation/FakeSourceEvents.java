package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.SourceEvents;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The dump of a fake server's binary log: it sends what is logged, whether the engine shows it or
 * not, in batches that end anywhere. Not thread-safe.
 */
final class FakeSourceEvents implements SourceEvents {

  private final SimulatedProcess process;
  private final World world;
  private final FakeServer server;
  private int next;
  private SourceEvent connected;
  private List<SourceEvent> transaction = List.of();
  private int nextInTransaction;

  FakeSourceEvents(SimulatedProcess process, FakeServer server) {
    this.process = process;
    this.world = process.world();
    this.server = server;
  }

  @Override
  public Map<String, String> present(Runnable whileUnchanged) {
    whileUnchanged.run();
    process.at("executed set");
    return Map.of(
        "gtids", FakeServer.gtidSet(server.uuid, server.executed()), "file", "", "pos", "0");
  }

  @Override
  public boolean denied() {
    return false;
  }

  @Override
  public void start(Map<String, String> engineOffset) {
    process.at("start the engine");
    next = server.count(engineOffset.get("gtids"));
    connected = new SourceEvent.Connected(engineOffset.get("gtids"));
  }

  @Override
  public List<SourceEvent> poll() {
    process.at("poll");
    if (connected != null) {
      List<SourceEvent> first = List.of(connected);
      connected = null;
      return first;
    }
    if (world.fails()) {
      boolean inside = nextInTransaction > 2 && nextInTransaction < transaction.size();
      if (inside && world.chance.oneIn(2)) {
        return rowsAgain();
      }
      world.trace.say(() -> process + " loses its binary log");
      throw new SluiceException(ErrorCode.STREAM_BROKEN, "the engine failed", "none");
    }
    int most = world.chance.between(0, world.settings.batchEvents);
    List<SourceEvent> batch = new ArrayList<>(most);
    while (batch.size() < most) {
      if (nextInTransaction == transaction.size()) {
        if (next == server.logged()) {
          break;
        }
        transaction = server.transaction(++next).events(server.uuid);
        nextInTransaction = 0;
      }
      batch.add(transaction.get(nextInTransaction++));
    }
    return batch;
  }

  /** An engine that reconnects in mid-transaction can deliver its rows a second time. */
  private List<SourceEvent> rowsAgain() {
    int from = transaction.get(1) instanceof SourceEvent.Row ? 1 : 2;
    nextInTransaction = Math.min(from, nextInTransaction - 1);
    world.tally.count(Happening.EVENTS_TWICE);
    world.trace.say(() -> process + " is sent rows of a transaction again");
    return List.of();
  }

  @Override
  public void close() {
    // nothing is open on the server's side
  }
}
