package dev.sluice.controller;

import dev.sluice.controller.port.WorkflowRecords;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Records in memory; they pass through JSON, as the real ones do. */
public final class FakeRecords implements WorkflowRecords {

  private final ConcurrentSkipListMap<String, WorkflowRecord> records =
      new ConcurrentSkipListMap<>();

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

  @Override
  public WorkflowRecord write(WorkflowRecord record) {
    WorkflowRecord read = SluiceJson.read(SluiceJson.write(record), WorkflowRecord.class);
    records.put(read.name(), read);
    return read;
  }
}
