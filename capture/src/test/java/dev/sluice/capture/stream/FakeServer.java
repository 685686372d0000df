package dev.sluice.capture.stream;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.change.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * A source with one table of (id, n) and a binary log of source events; markers are written to it
 * as by a primary.
 */
final class FakeServer implements SourceEvents, MarkerWriter {

  static final String UUID = "11111111-1111-1111-1111-111111111111";

  private final Queue<List<SourceEvent>> log = new ArrayDeque<>();
  private final List<String> markerKinds = new ArrayList<>();
  private final Set<String> beatsSinceMarker = new HashSet<>();
  private long transactions;
  private boolean started;

  /** The fence on the server denies as a stream begins. */
  boolean denies;

  /** Where the source begins, whatever it is told; null for where it is told. */
  String connectsAt;

  /** A failover loses the next marker on its way. */
  boolean losesMarker;

  private SourceEvent connected;
  private Map<String, String> startedAt = Map.of();

  String executed() {
    return transactions == 0 ? "" : UUID + ":1-" + transactions;
  }

  /** Commits a transaction of these events. */
  String commit(SourceEvent... rows) {
    return commit(List.of(rows));
  }

  String commit(List<? extends SourceEvent> rows) {
    String before = executed();
    String gtid = UUID + ":" + ++transactions;
    List<SourceEvent> events = new ArrayList<>();
    events.add(new SourceEvent.Begin(gtid, before, "binlog.000001", transactions * 1000));
    events.addAll(rows);
    events.add(new SourceEvent.End(gtid, transactions));
    log.add(events);
    return gtid;
  }

  /** A statement on the one table, with the next GTID; to be appended. */
  SourceEvent.Ddl ddl(String statement) {
    String before = executed();
    String gtid = UUID + ":" + ++transactions;
    return new SourceEvent.Ddl(
        "t", statement, gtid, List.of(), before, "binlog.000001", transactions * 1000);
  }

  /** Appends events as they are. */
  void append(SourceEvent... events) {
    log.add(List.of(events));
  }

  static SourceEvent.Row insert(int pos, long id, long n) {
    return new SourceEvent.Row(
        0, Op.CREATE, null, new Object[] {id, n}, "binlog.000001", pos, 0, 5);
  }

  static SourceEvent.Row update(int pos, Object[] before, Object[] after) {
    return new SourceEvent.Row(0, Op.UPDATE, before, after, "binlog.000001", pos, 0, 5);
  }

  static SourceEvent.Row delete(int pos, long id, long n) {
    return new SourceEvent.Row(
        0, Op.DELETE, new Object[] {id, n}, null, "binlog.000001", pos, 0, 5);
  }

  @Override
  public Map<String, String> present(Runnable whileUnchanged) {
    whileUnchanged.run();
    Map<String, String> offset = new HashMap<>();
    offset.put("gtids", executed());
    return offset;
  }

  @Override
  public boolean denied() {
    return denies;
  }

  @Override
  public void start(Map<String, String> engineOffset) {
    started = true;
    startedAt = engineOffset;
    String place = connectsAt == null ? engineOffset.getOrDefault("gtids", "") : connectsAt;
    connected = new SourceEvent.Connected(place);
    GtidSet delivered = GtidSet.parse(place);
    log.removeIf(
        events ->
            events.get(0) instanceof SourceEvent.Begin begin
                && delivered.contains(GtidSet.parse(begin.gtid())));
  }

  Map<String, String> startedAt() {
    return startedAt;
  }

  @Override
  public List<SourceEvent> poll() {
    if (connected != null) {
      List<SourceEvent> first = List.of(connected);
      connected = null;
      return first;
    }
    List<SourceEvent> next = started ? log.poll() : null;
    return next == null ? List.of() : next;
  }

  @Override
  public String write(String kind) {
    String token = kind + markerKinds.size();
    markerKinds.add(kind);
    if (losesMarker) {
      losesMarker = false;
    } else {
      commit(new SourceEvent.MarkerRow(token, kind));
    }
    beatsSinceMarker.clear();
    return token;
  }

  /** Commits a heartbeat of the stream's own. */
  void beat() {
    String token = "beat" + transactions;
    beatsSinceMarker.add(token);
    commit(new SourceEvent.HeartbeatRow("beat", token));
  }

  @Override
  public boolean precedes(String heartbeat) {
    return beatsSinceMarker.contains(heartbeat);
  }

  List<String> markerKinds() {
    return markerKinds;
  }

  @Override
  public void close() {}
}
