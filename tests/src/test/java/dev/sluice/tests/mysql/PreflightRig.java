package dev.sluice.tests.mysql;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.preflight.MySqlPreflight;
import dev.sluice.mysql.preflight.PreflightRequest;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks for a preflight of a move from keyspace {@code commerce} to {@code customer}. */
final class PreflightRig {

  static final Map<String, VindexSpec> BY_ID = Map.of("t", new VindexSpec("id", VindexSpec.SHA256));
  static final String SOURCE = "commerce/-";

  private final Endpoint source;
  private final Endpoint target;
  private Clock clock = Clock.systemUTC();
  private Optional<Endpoint> replica = Optional.empty();
  private Map<String, VindexSpec> vindexes = BY_ID;
  private Map<String, VindexSpec> sourceVindexes = Map.of();
  private Endpoint secondSource;
  private boolean engineSnapshot;
  private long recordMaxBytes = 32L << 20;

  private PreflightRig(Endpoint source, Endpoint target) {
    this.source = source;
    this.target = target;
  }

  /** Both sides on one server, in its two schemas, with the account of least privileges. */
  static PreflightRig on(TestServer server) {
    return between(server.endpoint(), server.endpoint(server.app(), server.otherSchema()));
  }

  /** The target's endpoint stands for both of its shards. */
  static PreflightRig between(Endpoint source, Endpoint target) {
    return new PreflightRig(source, target);
  }

  PreflightRig clock(Clock wanted) {
    clock = wanted;
    return this;
  }

  PreflightRig vindexes(Map<String, VindexSpec> wanted) {
    vindexes = wanted;
    return this;
  }

  /** Makes the source a keyspace of two shards. */
  PreflightRig secondSource(Endpoint endpoint, Map<String, VindexSpec> placedBy) {
    secondSource = endpoint;
    sourceVindexes = new HashMap<>(placedBy);
    return this;
  }

  PreflightRig replica(Endpoint endpoint) {
    replica = Optional.of(endpoint);
    return this;
  }

  PreflightRig engineSnapshot() {
    engineSnapshot = true;
    return this;
  }

  PreflightRig recordMaxBytes(long bytes) {
    recordMaxBytes = bytes;
    return this;
  }

  List<Finding> run(String... tables) {
    return new MySqlPreflight(new MySqlSessions("t"), Sidecar.DEFAULT_SCHEMA, clock)
        .run(
            new PreflightRequest(
                sourceKeyspace(),
                new Keyspace(
                    "customer", List.of(shard("-80", target), shard("80-", target)), Map.of()),
                List.of(tables),
                vindexes,
                false,
                replica.isPresent(),
                engineSnapshot,
                recordMaxBytes));
  }

  private Keyspace sourceKeyspace() {
    if (secondSource != null) {
      List<Shard> shards = List.of(shard("-80", source), shard("80-", secondSource));
      return new Keyspace("commerce", shards, sourceVindexes);
    }
    Shard only = new Shard(KeyRange.parse("-"), source, replica, Optional.empty());
    return new Keyspace("commerce", List.of(only), Map.of());
  }

  private static Shard shard(String range, Endpoint primary) {
    return new Shard(KeyRange.parse(range), primary, Optional.empty(), Optional.empty());
  }

  static List<Finding> refused(List<Finding> findings) {
    return findings.stream().filter(f -> f.severity() == Severity.REFUSE).toList();
  }

  static List<Finding> of(List<Finding> findings, String check) {
    return findings.stream().filter(f -> f.check().equals(check)).toList();
  }

  /** The worst of a check's findings about objects that begin so; null when there are none. */
  static Severity worst(List<Finding> findings, String check, String object) {
    return of(findings, check).stream()
        .filter(f -> f.object().startsWith(object))
        .map(Finding::severity)
        .max(Severity::compareTo)
        .orElse(null);
  }
}
