package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRecords;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Records in memory; they pass through JSON, as the real ones do. */
public final class FakeRecords implements WorkflowRecords {

  private final ConcurrentSkipListMap<String, WorkflowRecord> records =
      new ConcurrentSkipListMap<>();

  private RoutingTable routing = RoutingTable.EMPTY;

  public FakeRecords with(WorkflowRecord record) {
    records.put(record.name(), record);
    return this;
  }

  @Override
  public Collection<WorkflowRecord> all() {
    return records.values();
  }

  @Override
  public Optional<WorkflowRecord> find(String name) {
    return Optional.ofNullable(records.get(name));
  }

  /** Rules as they were written, by tablet type: {@code keyspace open|hold}. */
  public final Map<String, String> rules = new TreeMap<>();

  /** Runs before each write. */
  public Consumer<WorkflowRecord> before = record -> {};

  @Override
  public WorkflowRecord write(WorkflowRecord record) {
    before.accept(record);
    WorkflowRecord read = SluiceJson.read(SluiceJson.write(record), WorkflowRecord.class);
    records.put(read.name(), read);
    return read;
  }

  @Override
  public WorkflowRecord write(WorkflowRecord record, RoutingChange change) {
    long epoch = routing.rulesEpoch() + 1;
    Map<String, RoutingRule> rules = new HashMap<>(routing.byKey());
    RoutingRecords.of(change, epoch)
        .forEach(rule -> rules.put(rule.key(), SluiceJson.read(rule.value(), RoutingRule.class)));
    WorkflowRecord written = write(record);
    routing = new RoutingTable(epoch, rules);
    change
        .types()
        .forEach(
            type -> this.rules.put(type.word(), change.toKeyspace() + " " + change.state().word()));
    return written;
  }

  /** What a failed write leaves. */
  public boolean usable = true;

  @Override
  public boolean usable() {
    return usable;
  }

  @Override
  public RoutingTable routing() {
    return routing;
  }

  @Override
  public RoutingTable removeRules(Collection<String> keys) {
    Map<String, RoutingRule> rules = new HashMap<>(routing.byKey());
    rules.keySet().removeAll(keys);
    routing = new RoutingTable(routing.rulesEpoch() + 1, rules);
    return routing;
  }
}
