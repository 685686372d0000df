package dev.sluice.controller;

import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Statuses that a test says. */
public final class FakeStatuses implements UnitStatuses {

  private long parkedRows;

  private final Map<String, Entry<StreamStatus>> streams = new TreeMap<>();
  private final Map<String, Entry<ApplierStatus>> appliers = new TreeMap<>();
  public final List<String> removed = new ArrayList<>();

  public FakeStatuses stream(
      String state, boolean consistent, long rowsCopied, long generation, Instant at) {
    return stream(state, consistent, rowsCopied, generation, at, null);
  }

  public FakeStatuses stream(
      String state,
      boolean consistent,
      long rowsCopied,
      long generation,
      Instant at,
      UnitError error) {
    StreamStatus status =
        new StreamStatus(
            "move/forward/-",
            "move",
            "uuid-move",
            "forward",
            "-",
            state,
            "stage",
            at,
            "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5",
            0.5,
            7,
            1,
            consistent,
            consistent,
            List.of(
                new StreamStatus.TableCopy(
                    "customer",
                    consistent ? "done" : rowsCopied > 0 ? "copying" : "waiting",
                    rowsCopied,
                    1_000)),
            error,
            null,
            at);
    streams.put(
        "stream/move/forward/-", new Entry<>("stream/move/forward/-", status, generation, at));
    return this;
  }

  public FakeStatuses applier(
      String shard,
      String state,
      boolean consistent,
      List<String> indexing,
      long generation,
      Instant at) {
    ApplierStatus status =
        new ApplierStatus(
            "move/forward/" + shard,
            "move",
            "uuid-move",
            "forward",
            shard,
            state,
            "stage",
            at,
            1,
            List.of(
                new ApplierStatus.StreamPlace(
                    "-", 1, 7, "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5", consistent, null)),
            0.1,
            0,
            indexing,
            parkedRows,
            null,
            null,
            null,
            at);
    String key = "applier/move/forward/" + shard;
    appliers.put(key, new Entry<>(key, status, generation, at));
    return this;
  }

  /** Appliers that speak from now on say that they have parked so many rows. */
  public FakeStatuses parked(long rows) {
    parkedRows = rows;
    return this;
  }

  /** Stream and appliers all consistent and healthy. */
  public FakeStatuses allCaughtUp(long generation, Instant at) {
    stream("streaming", true, 1_000, generation, at);
    applier("-80", "applying", true, List.of(), generation, at);
    return applier("80-", "applying", true, List.of(), generation, at);
  }

  /** All units say that they stopped. */
  public FakeStatuses allStopped(long generation, Instant at) {
    stream("stopped", true, 1_000, generation, at);
    applier("-80", "stopped", true, List.of(), generation, at);
    return applier("80-", "stopped", true, List.of(), generation, at);
  }

  /** The way back, all of it healthy. */
  public FakeStatuses reverse(long generation, Instant at) {
    return reverse("streaming", "applying", generation, at);
  }

  /** The way back has stopped. */
  public FakeStatuses reverseStopped(long generation, Instant at) {
    return reverse("stopped", "stopped", generation, at);
  }

  private FakeStatuses reverse(String stream, String applier, long generation, Instant at) {
    for (String shard : List.of("-80", "80-")) {
      String key = "stream/move/reverse/" + shard;
      streams.put(key, new Entry<>(key, reverseStream(shard, stream, at), generation, at));
    }
    String key = "applier/move/reverse/-";
    ApplierStatus status =
        new ApplierStatus(
            "move/reverse/-",
            "move",
            "uuid-move",
            "reverse",
            "-",
            applier,
            "stage",
            at,
            1,
            List.of(
                new ApplierStatus.StreamPlace("-80", 1, 7, "", true, null),
                new ApplierStatus.StreamPlace("80-", 1, 7, "", true, null)),
            0.1,
            0,
            List.of(),
            0,
            null,
            null,
            null,
            at);
    appliers.put(key, new Entry<>(key, status, generation, at));
    return this;
  }

  private static StreamStatus reverseStream(String shard, String state, Instant at) {
    return new StreamStatus(
        "move/reverse/" + shard,
        "move",
        "uuid-move",
        "reverse",
        shard,
        state,
        "stage",
        at,
        "",
        0.1,
        7,
        1,
        true,
        true,
        List.of(),
        null,
        null,
        at);
  }

  @Override
  public List<Entry<StreamStatus>> streams(String workflowUuid) {
    return streams.values().stream()
        .filter(e -> e.status().workflowUuid().equals(workflowUuid))
        .toList();
  }

  @Override
  public List<Entry<ApplierStatus>> appliers(String workflowUuid) {
    return appliers.values().stream()
        .filter(e -> e.status().workflowUuid().equals(workflowUuid))
        .toList();
  }

  @Override
  public void remove(String key) {
    removed.add(key);
    streams.remove(key);
    appliers.remove(key);
  }
}
