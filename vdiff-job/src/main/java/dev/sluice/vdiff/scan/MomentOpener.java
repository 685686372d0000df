package dev.sluice.vdiff.scan;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Markers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.request.RequestWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings about exact moments of both sides, without a lock: a marker before the snapshots of the
 * side with the traffic, a marker behind them, appliers that hold at the first until the snapshots
 * of the other side are open. Every wait is bounded, and whatever happens the appliers are
 * released. Used by one thread.
 */
public final class MomentOpener implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MomentOpener.class);

  /** Appliers hold no longer than this, whether they are released or not. */
  private static final Duration HOLD_LIMIT = Duration.ofSeconds(10);

  private static final Duration MARKER_LIMIT = Duration.ofSeconds(15);
  private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(8);
  private static final long POLL_MILLIS = 3;

  private final MoveSides sides;
  private final String vdiff;
  private final MySqlSessions sessions;
  private final RequestWriter requests;
  private final PausePoints pausePoints;
  private final Clock clock;
  private final Markers markers;
  private final Places places;
  private final CutLog cuts;
  private final JournalFollower journal;
  private final InDoubtKeys inDoubt;
  private final ExecutorService threads = Executors.newCachedThreadPool(MomentOpener::daemon);
  private final List<Connection> primaries = new ArrayList<>();
  private final List<String> released = new ArrayList<>();
  private List<Lane> lanes = List.of();

  /**
   * Follows the journal from now on.
   *
   * @param vdiff UUID of the VDiff
   */
  public MomentOpener(
      MoveSides sides,
      String vdiff,
      MySqlSessions sessions,
      KafkaSettings kafka,
      ChangeCodecs codecs,
      String sidecar,
      RequestWriter requests,
      PausePoints pausePoints,
      Clock clock)
      throws InterruptedException {
    this.sides = sides;
    this.vdiff = vdiff;
    this.sessions = sessions;
    this.requests = requests;
    this.pausePoints = pausePoints;
    this.clock = clock;
    this.markers = new Markers(sidecar);
    this.places = new Places(sidecar, sides);
    this.cuts = new CutLog(sides.read().size());
    this.inDoubt = new InDoubtKeys(kafka, codecs, sides);
    this.journal =
        new JournalFollower(
                kafka,
                sides.record().name(),
                sides.direction(),
                sides.read().size(),
                codecs.ids(),
                cuts)
            .start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "vdiff-scan");
    thread.setDaemon(true);
    return thread;
  }

  /** Reads how the tables are. */
  public interface Tables {
    Map<String, TableSides> read() throws InterruptedException;
  }

  /**
   * Opens a moment; the one before ends.
   *
   * @param laneCount connections to each shard
   * @param tables reads how the tables are now
   * @param taken told of the tables as they are in the moment
   * @throws SluiceException VDIFF_MOMENT_LOST or another retryable error: try again
   */
  public Moment open(int laneCount, Tables tables, Consumer<Map<String, TableSides>> taken)
      throws InterruptedException {
    try {
      connect(laneCount);
      Map<String, TableSides> now = tables.read();
      Moment moment = attempt(now);
      taken.accept(now);
      return moment;
    } catch (SQLException e) {
      abandon();
      throw new ErrorClassifier().classify(e, "open the snapshots of a VDiff");
    } catch (SluiceException | InterruptedException e) {
      abandon();
      throw e;
    }
  }

  private void connect(int laneCount) throws SQLException {
    for (int i = primaries.size(); i < sides.read().size(); i++) {
      primaries.add(sessions.open(sides.read().get(i).primary(), SessionProfile.CONTROL));
    }
    if (lanes.size() != laneCount) {
      lanes.forEach(Lane::close);
      List<Lane> opened = new ArrayList<>();
      for (int i = 0; i < laneCount; i++) {
        List<ShardScanner> scanners = new ArrayList<>();
        for (ShardRef shard : sides.all()) {
          scanners.add(ShardScanner.connect(sessions, shard));
        }
        opened.add(new Lane(scanners, threads));
      }
      lanes = opened;
    }
    for (Lane lane : lanes) {
      for (ShardScanner scanner : lane.scanners()) {
        scanner.end();
      }
    }
  }

  private Moment attempt(Map<String, TableSides> tables) throws SQLException, InterruptedException {
    forgetReleased();
    List<String> holds = tokens();
    List<String> probes = tokens();
    Instant until = clock.instant().plus(HOLD_LIMIT);
    cuts.record(holds);
    List<JournalFollower.Passed> first;
    Instant at;
    try {
      for (String token : new LinkedHashSet<>(holds)) {
        requests.write(
            sides.record().name(), new Request.Hold(sides.record().uuid(), token, vdiff, until));
      }
      at = clock.instant();
      mark(Marker.HOLD, holds);
      openReadSide(holds);
      mark(Marker.PROBE, probes);
      pausePoints.at(VDiffPausePoints.HELD);
      first = await(holds);
      openWrittenSide(first);
    } finally {
      release(holds);
    }
    // nobody holds before the marker is in the journal
    long held = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cuts.seenNanos());
    List<JournalFollower.Passed> last = await(probes);
    List<Cut> between = cuts.between(first, last);
    for (Cut cut : between) {
      if (cut.kind() != CutKind.STREAM || !cut.consistent() || !cut.ddl().isEmpty()) {
        throw lost("the stream of shard " + cut.stream() + " did something else meanwhile");
      }
      // nobody is told their keys
      if (cut.dropped() > 0) {
        throw lost("rows came back to shard " + cut.stream() + " meanwhile");
      }
    }
    return new Moment(lanes, at, held, texts(inDoubt.in(between, tables), tables));
  }

  /** Keys as the digests show them; a key that no snapshot has needs no doubt. */
  private Map<String, Set<List<String>>> texts(
      Map<String, Set<KeyRef>> keys, Map<String, TableSides> tables) throws InterruptedException {
    Map<String, Set<List<String>>> texts = new HashMap<>();
    for (Map.Entry<String, Set<KeyRef>> entry : keys.entrySet()) {
      TableSides table = tables.get(entry.getKey());
      Set<List<String>> all = new HashSet<>();
      lanes.get(0).onAll(scanner -> scanner.textsOf(table, entry.getValue())).forEach(all::addAll);
      texts.put(entry.getKey(), all);
    }
    return texts;
  }

  /**
   * Tokens of markers, by stream. Streams that read shards on one server meet every marker that is
   * written there, and appliers hold at the first one: so they have one together.
   */
  private List<String> tokens() throws SQLException {
    Map<String, String> byServer = new HashMap<>();
    List<String> tokens = new ArrayList<>();
    for (Connection primary : primaries) {
      String server = Queries.text(primary, "SELECT @@server_uuid").orElse("");
      tokens.add(byServer.computeIfAbsent(server, unused -> UUID.randomUUID().toString()));
    }
    return tokens;
  }

  /**
   * Writes a marker on every server that the other direction reads.
   *
   * @param expected told of their tokens before they are written
   * @throws SluiceException classified
   */
  public void markWritten(Consumer<Set<String>> expected) {
    List<String> tokens =
        sides.written().stream().map(shard -> UUID.randomUUID().toString()).toList();
    expected.accept(Set.copyOf(tokens));
    for (int i = 0; i < tokens.size(); i++) {
      try (Connection connection =
          sessions.open(sides.written().get(i).primary(), SessionProfile.CONTROL)) {
        markers.write(connection, sides.record().name(), Marker.PROBE, tokens.get(i));
      } catch (SQLException e) {
        throw new ErrorClassifier().classify(e, "write a marker");
      }
    }
  }

  private void mark(String kind, List<String> tokens) throws SQLException {
    for (String token : new LinkedHashSet<>(tokens)) {
      Connection primary = primaries.get(tokens.indexOf(token));
      markers.write(primary, sides.record().name(), kind, token);
    }
  }

  private void openReadSide(List<String> tokens) throws InterruptedException {
    Lane.all(
        threads,
        scanners(sides.read()),
        scanner -> {
          int stream = scanner.shard().number();
          awaitMarkerRow(scanner, tokens.get(stream));
          scanner.begin();
          if (!places.sees(scanner.connection(), tokens.get(stream))) {
            throw lost("a snapshot on " + scanner.shard().read() + " is older than its marker");
          }
          scanner.letGo();
          return true;
        });
  }

  /** A replica shows the marker when it has executed all that came before it, too. */
  private void awaitMarkerRow(ShardScanner scanner, String token)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + ARRIVAL_LIMIT.toNanos();
    while (!places.sees(scanner.connection(), token)) {
      if (System.nanoTime() > end) {
        throw lost("replica " + scanner.shard().read() + " is too far behind");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private void openWrittenSide(List<JournalFollower.Passed> first) throws InterruptedException {
    Lane.all(
        threads,
        scanners(sides.written()),
        scanner -> {
          long end = System.nanoTime() + ARRIVAL_LIMIT.toNanos();
          Places.Arrival arrival = places.arrival(scanner, first);
          while (arrival == Places.Arrival.BEFORE) {
            if (System.nanoTime() > end) {
              throw lost("the applier of shard " + scanner.shard().name() + " is too far behind");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            arrival = places.arrival(scanner, first);
          }
          scanner.begin();
          if (places.arrival(scanner, first) != Places.Arrival.THERE) {
            throw lost("the applier of shard " + scanner.shard().name() + " did not hold");
          }
          scanner.letGo();
          return true;
        });
  }

  private List<ShardScanner> scanners(List<ShardRef> shards) {
    return lanes.stream()
        .flatMap(lane -> lane.scanners().stream())
        .filter(scanner -> shards.contains(scanner.shard()))
        .toList();
  }

  private List<JournalFollower.Passed> await(List<String> tokens) throws InterruptedException {
    List<JournalFollower.Passed> passed = new ArrayList<>();
    for (int stream = 0; stream < tokens.size(); stream++) {
      String shard = sides.read().get(stream).name();
      passed.add(
          journal
              .awaitMarker(stream, tokens.get(stream), MARKER_LIMIT)
              .orElseThrow(() -> lost("the stream of shard " + shard + " is too far behind")));
    }
    return passed;
  }

  private void release(List<String> tokens) throws InterruptedException {
    SluiceException failure = null;
    for (String token : new LinkedHashSet<>(tokens)) {
      try {
        Request released = new Request.HoldReleased(sides.record().uuid(), token);
        requests.write(sides.record().name(), released);
        this.released.add(released.key());
      } catch (SluiceException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** What was released a moment ago needs no record any more: nobody holds for what is unknown. */
  private void forgetReleased() throws InterruptedException {
    for (String key : List.copyOf(released)) {
      requests.remove(sides.record().name(), key);
      released.remove(key);
    }
  }

  static SluiceException lost(String why) {
    return new SluiceException(
        ErrorCode.VDIFF_MOMENT_LOST,
        "no exact moment: " + why,
        "none; it is tried again. If it lasts, look at lag and errors in the status");
  }

  /** Cuts every connection: what was open is void. */
  private void abandon() {
    lanes.forEach(Lane::close);
    lanes = List.of();
    primaries.forEach(MomentOpener::cut);
    primaries.clear();
  }

  private static void cut(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "close a connection");
    }
  }

  /** Takes a moment's snapshots as lost: connections are made anew. */
  public void forget() {
    abandon();
  }

  @Override
  public void close() {
    abandon();
    try {
      forgetReleased();
    } catch (SluiceException e) {
      LOG.atDebug().setCause(e).log("released holds stay in the topic");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    journal.close();
    inDoubt.close();
  }
}
